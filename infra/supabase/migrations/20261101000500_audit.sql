-- Who changed what, append-only. Written by triggers. Read by owners and admins; nobody updates or deletes.
-- And retention: events age out in batches, by the tenant's own setting.

create table public.audit_log (
  tenant_id uuid not null references public.tenants (id) on delete cascade,
  id bigint generated always as identity,
  at timestamptz not null default clock_timestamp(),
  actor uuid,
  actor_name text,
  action text not null check (action in ('insert', 'update', 'delete')),
  table_name text not null,
  row_id text,
  before jsonb,
  after jsonb,
  primary key (tenant_id, id)
);
create index audit_log_by_time on public.audit_log (tenant_id, at desc);

alter table public.audit_log enable row level security;
alter table public.audit_log force row level security;
revoke all on public.audit_log from anon, authenticated, service_role;
grant select on public.audit_log to authenticated, service_role;
create policy audit_log_select on public.audit_log for select to authenticated
  using (tenant_id in (select app.tenants_as('owner', 'admin')));

create function app.keep_audit_log() returns trigger
language plpgsql set search_path = ''
as $$
begin
  raise exception 'the audit log is append-only' using errcode = '42501';
end
$$;
create trigger keep_audit_log before update or truncate on public.audit_log
  for each statement execute function app.keep_audit_log();

create function app.audit() returns trigger
language plpgsql security definer set search_path = ''
as $$
declare
  was constant jsonb := case when tg_op <> 'INSERT' then to_jsonb(old) - 'sealed' end;
  is_now constant jsonb := case when tg_op <> 'DELETE' then to_jsonb(new) - 'sealed' end;
  tenant constant uuid := coalesce(is_now, was) ->> (case when tg_table_name = 'tenants' then 'id' else 'tenant_id' end);
  who constant uuid := app.user_id();
begin
  -- The tenant itself is going: its record goes with it.
  if not exists (select 1 from public.tenants where id = tenant) then
    return null;
  end if;
  insert into public.audit_log (tenant_id, actor, actor_name, action, table_name, row_id, before, after)
  values (
    tenant, who, (select display_name from public.user_tenants m where m.tenant_id = tenant and m.user_id = who),
    lower(tg_op), tg_table_name, coalesce(is_now, was) ->> 'id', was, is_now);
  return null;
end
$$;

do $$
declare
  t text;
begin
  foreach t in array array['tenants', 'sites', 'user_tenants', 'invitations', 'units', 'residents', 'vehicles', 'visitor_passes',
    'deny_list', 'gates', 'cameras', 'camera_credentials', 'gate_commands'] loop
    execute format('create trigger audit after insert or update or delete on public.%I for each row execute function app.audit()', t);
  end loop;
end
$$;

-- Deletes at most p_batch events that are older than their tenant keeps them (settings.retention_days, 90 unless set).
-- Returns how many went; call it again until it returns 0.
create function app.apply_retention(p_batch integer default 1000) returns integer
language plpgsql security definer set search_path = ''
as $$
declare
  gone integer;
begin
  with old_events as (
    select e.tenant_id, e.id from public.tenants t
    join public.realtime_events e on e.tenant_id = t.id
      and e.occurred_at < now() - make_interval(days => coalesce((t.settings ->> 'retention_days')::numeric::integer, 90))
    limit p_batch
  )
  delete from public.realtime_events e using old_events o where e.tenant_id = o.tenant_id and e.id = o.id;
  get diagnostics gone = row_count;
  return gone;
end
$$;
grant execute on function app.apply_retention(integer) to service_role;

do $$
begin
  if exists (select 1 from pg_available_extensions where name = 'pg_cron') then
    create extension if not exists pg_cron;
    perform cron.schedule('portero-retention', '17 * * * *', 'select app.apply_retention(10000)');
  end if;
end
$$;

-- Postgres lets everyone call a new function; who may is said above.
revoke execute on all functions in schema app from public;
