-- What people ask of a site's worker besides moving a gate: to test a camera, to show a camera live.
-- Written by: owners and admins (any kind), guards and viewers (live_view); the site's edge box (what came of it).
-- Read by: the tenant's people, without the sealed credentials; the edge box gets those by its channel and heartbeat.
-- A gate moves by gate_commands alone.

create table public.site_orders (
  tenant_id uuid not null,
  id uuid not null default gen_random_uuid(),
  site_id uuid not null,
  kind text not null check (kind in ('camera_test', 'live_view')),
  request jsonb not null default '{}' check (jsonb_typeof(request) = 'object' and pg_column_size(request) < 8192),
  sealed text check (char_length(sealed) between 16 and 4096),
  requested_by uuid not null default app.user_id(),
  requested_at timestamptz not null default now(),
  expires_at timestamptz not null default now(),
  status text not null default 'requested' check (status in ('requested', 'running', 'done', 'failed', 'expired')),
  result jsonb not null default '{}' check (jsonb_typeof(result) = 'object' and pg_column_size(result) < 16384),
  updated_at timestamptz not null default now(),
  primary key (tenant_id, id),
  foreign key (tenant_id, site_id) references public.sites (tenant_id, id) on delete cascade
);
create index site_orders_by_site on public.site_orders (tenant_id, site_id, expires_at);
comment on column public.site_orders.request is 'camera_test: {"camera_id", "base_url", "stream"} with sealed credentials, or {"camera_id"} for a camera as it is stored. live_view: {"camera_ids": [..]}.';
comment on column public.site_orders.sealed is 'Credentials for a camera_test, sealed to the site''s key; gone once the order has ended.';
comment on column public.site_orders.expires_at is 'By the database''s clock: a camera_test must begin, a live_view ends by then. Whoever still looks asks again.';
comment on column public.site_orders.result is 'What the worker has to say so far; failed: it could not do it at all.';

-- The database, not the client, says whose order it is and when it ends; what ended an hour ago goes.
create function app.prepare_site_order() returns trigger
language plpgsql security definer set search_path = ''
as $$
begin
  -- Before the row-level check: a stranger must learn nothing from the rows there are.
  if auth.role() in ('authenticated', 'anon') and new.tenant_id not in (select app.my_tenants()) then
    raise exception 'new row violates row-level security policy for table "site_orders"' using errcode = '42501';
  end if;
  delete from public.site_orders where tenant_id = new.tenant_id and expires_at < now() - interval '1 hour';
  if (select count(*) from public.site_orders
      where tenant_id = new.tenant_id and site_id = new.site_id and status = 'requested' and expires_at > now()) >= 50 then
    raise exception 'this site has enough to do' using errcode = 'PT409';
  end if;
  new.requested_by := coalesce(app.user_id(), new.requested_by);
  new.requested_at := clock_timestamp();
  new.expires_at := new.requested_at + interval '30 seconds';
  new.status := 'requested';
  new.result := '{}';
  return new;
end
$$;
create trigger prepare_site_order before insert on public.site_orders for each row execute function app.prepare_site_order();

create function app.advance_site_order() returns trigger
language plpgsql set search_path = ''
as $$
begin
  if old.status in ('done', 'failed', 'expired') or (new.status = 'requested' and old.status <> 'requested') then
    return null;
  end if;
  if new.status in ('done', 'failed', 'expired') then
    new.sealed := null;
  end if;
  new.updated_at := clock_timestamp();
  return new;
end
$$;
create trigger advance_site_order before update on public.site_orders for each row execute function app.advance_site_order();

create function app.announce_site_order() returns trigger
language plpgsql security definer set search_path = ''
as $$
begin
  perform realtime.send(to_jsonb(new), 'site_order', app.site_channel(new.site_id, app.locked_epoch(new.tenant_id)), true);
  return null;
end
$$;
create trigger announce_site_order after insert on public.site_orders for each row execute function app.announce_site_order();

create trigger audit after insert on public.site_orders for each row
  when (new.kind <> 'live_view') execute function app.audit();

alter table public.site_orders enable row level security;
alter table public.site_orders force row level security;
revoke all on public.site_orders from anon, authenticated;
grant select (tenant_id, id, site_id, kind, request, requested_by, requested_at, expires_at, status, result, updated_at)
  on public.site_orders to authenticated;
grant insert (tenant_id, id, site_id, kind, request, sealed) on public.site_orders to authenticated;
grant update (status, result) on public.site_orders to authenticated;

create policy site_orders_select on public.site_orders for select to authenticated
  using (
    tenant_id in (select app.my_tenants())
    or (tenant_id, site_id) in (select e.tenant_id, e.site_id from app.edge_sites() e)
  );
create policy site_orders_insert on public.site_orders for insert to authenticated
  with check (
    requested_by = (select app.user_id())
    and (
      tenant_id in (select app.tenants_as('owner', 'admin'))
      or (kind = 'live_view' and tenant_id in (select app.my_tenants()))
    )
  );
create policy site_orders_update on public.site_orders for update to authenticated
  using ((tenant_id, site_id) in (select e.tenant_id, e.site_id from app.edge_sites() e))
  with check ((tenant_id, site_id) in (select e.tenant_id, e.site_id from app.edge_sites() e));

-- As before, and with the orders that a lost message would have hidden.
create or replace function app.site_heartbeat(p_site_id uuid, p_status jsonb) returns jsonb
language plpgsql security definer set search_path = ''
as $$
declare
  my_tenant uuid;
  counter app.tenant_seq;
begin
  select e.tenant_id into my_tenant from app.edge_sites() e where e.site_id = p_site_id;
  if not found then
    raise exception 'no such site' using errcode = 'PT404';
  end if;
  insert into public.site_status (tenant_id, site_id, reported_at, status)
  values (my_tenant, p_site_id, clock_timestamp(), p_status)
  on conflict (tenant_id, site_id) do update set reported_at = excluded.reported_at, status = excluded.status;
  update public.gate_commands set status = 'expired'
    where tenant_id = my_tenant and site_id = p_site_id and status = 'requested'
      and expires_at < clock_timestamp() - interval '2 seconds';
  update public.site_orders set status = 'expired'
    where tenant_id = my_tenant and site_id = p_site_id and status in ('requested', 'running')
      and expires_at < clock_timestamp() - case status when 'running' then interval '2 minutes' else interval '0' end;
  select * into counter from app.tenant_seq where tenant_id = my_tenant;
  return jsonb_build_object(
    'server_time', clock_timestamp(),
    'topic', app.site_channel(p_site_id, counter.epoch),
    'register_version', counter.register_version,
    'commands', coalesce((
      select jsonb_agg(to_jsonb(c) order by c.requested_at) from public.gate_commands c
      where c.tenant_id = my_tenant and c.site_id = p_site_id and c.status = 'requested' and c.expires_at > clock_timestamp()
    ), '[]'),
    'orders', coalesce((
      select jsonb_agg(to_jsonb(o) order by o.requested_at) from public.site_orders o
      where o.tenant_id = my_tenant and o.site_id = p_site_id and o.status = 'requested' and o.expires_at > clock_timestamp()
    ), '[]'));
end
$$;

-- Postgres lets everyone call a new function; who may is said above.
revoke execute on function app.prepare_site_order(), app.advance_site_order(), app.announce_site_order() from public;
