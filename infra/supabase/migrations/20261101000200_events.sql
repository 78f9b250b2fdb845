-- What happened (realtime_events), what is asked of a gate (gate_commands), how the sites are (site_status).
-- Written by: edge boxes (events, status, what became of a command), guards (commands, refusals, corrections).
-- Read by: members. Each row is also sent to the tenant's private channel; the channel is a hint, these tables are the truth.

-- One locked row a tenant: its event counter, the epoch in its channels' names, the version of its register.
create table app.tenant_seq (
  tenant_id uuid primary key references public.tenants (id) on delete cascade,
  seq bigint not null default 0,
  epoch integer not null default 1,
  register_version bigint not null default 1
);

create function app.start_tenant() returns trigger
language plpgsql security definer set search_path = ''
as $$
begin
  insert into app.tenant_seq (tenant_id) values (new.id);
  return new;
end
$$;
create trigger start_tenant after insert on public.tenants for each row execute function app.start_tenant();

create table public.realtime_events (
  tenant_id uuid not null references public.tenants (id) on delete cascade,
  id uuid not null,
  -- Given by app.number_event().
  seq bigint not null default 0,
  event_type text not null check (event_type ~ '^[a-z][a-z_]{2,39}$'),
  site_id uuid,
  gate_id uuid,
  camera_id uuid,
  payload jsonb not null default '{}' check (jsonb_typeof(payload) = 'object' and pg_column_size(payload) < 65536),
  plate text generated always as (left(payload ->> 'plate', 10)) stored,
  snapshot_path text check (snapshot_path like tenant_id || '/%' and char_length(snapshot_path) < 200),
  is_late boolean not null default false,
  occurred_at timestamptz not null,
  created_at timestamptz not null default now(),
  primary key (tenant_id, id),
  unique (tenant_id, seq)
);
create index realtime_events_by_time on public.realtime_events (tenant_id, occurred_at desc);
create index realtime_events_by_plate on public.realtime_events (tenant_id, plate, occurred_at desc) where plate is not null;
comment on column public.realtime_events.id is 'UUIDv7 made where the event happened; inserting it again changes nothing.';
comment on column public.realtime_events.seq is 'Counts the tenant''s events in commit order, without holes but those that retention leaves at the old end.';
comment on column public.realtime_events.is_late is 'Arrived long after it happened (a site was offline): history, never an alert.';

-- Numbers the event under the tenant's lock, so that commit order is seq order; a retry is dropped and takes no number.
create function app.number_event() returns trigger
language plpgsql security definer set search_path = ''
as $$
begin
  -- Before the row-level check: a stranger must learn nothing from the lock or from an id that exists.
  if auth.role() in ('authenticated', 'anon') and new.tenant_id not in (select app.visible_tenants()) then
    raise exception 'new row violates row-level security policy for table "realtime_events"' using errcode = '42501';
  end if;
  perform 1 from app.tenant_seq where tenant_id = new.tenant_id for update;
  if exists (select 1 from public.realtime_events where tenant_id = new.tenant_id and id = new.id) then
    return null;
  end if;
  update app.tenant_seq set seq = seq + 1 where tenant_id = new.tenant_id returning seq into new.seq;
  new.created_at := clock_timestamp();
  new.occurred_at := least(coalesce(new.occurred_at, new.created_at), new.created_at);
  new.is_late := new.created_at - new.occurred_at > interval '60 seconds';
  return new;
end
$$;
create trigger number_event before insert on public.realtime_events for each row execute function app.number_event();

create table public.gate_commands (
  tenant_id uuid not null,
  id uuid not null default gen_random_uuid(),
  -- The gate's, by app.prepare_gate_command().
  site_id uuid not null default '00000000-0000-0000-0000-000000000000',
  gate_id uuid not null,
  action text not null default 'open' check (action in ('open', 'close')),
  reason text not null check (char_length(reason) between 1 and 200),
  alert_event_id uuid,
  requested_by uuid not null default auth.uid(),
  requested_by_name text not null default '' check (char_length(requested_by_name) <= 120),
  requested_at timestamptz not null default now(),
  expires_at timestamptz not null default now(),
  status text not null default 'requested'
    check (status in ('requested', 'firing', 'accepted', 'opened', 'not_confirmed', 'rejected', 'expired', 'unreachable', 'unknown')),
  detail text check (char_length(detail) <= 300),
  updated_at timestamptz not null default now(),
  primary key (tenant_id, id),
  foreign key (tenant_id, gate_id) references public.gates (tenant_id, id) on delete cascade
);
create index gate_commands_by_gate on public.gate_commands (tenant_id, gate_id, requested_at desc);
create index gate_commands_by_site on public.gate_commands (tenant_id, site_id) where status = 'requested';
-- Two guards or a double click: one command an alert, unless the gate is known not to have moved.
create unique index gate_commands_one_per_alert on public.gate_commands (tenant_id, alert_event_id)
  where alert_event_id is not null and status not in ('rejected', 'expired', 'unreachable');

-- The database, not the client, says whose command it is, for which site, and when it ends.
create function app.prepare_gate_command() returns trigger
language plpgsql security definer set search_path = ''
as $$
declare
  alert public.realtime_events;
begin
  if auth.role() in ('authenticated', 'anon') and new.tenant_id not in (select app.tenants_as('owner', 'admin', 'guard')) then
    raise exception 'new row violates row-level security policy for table "gate_commands"' using errcode = '42501';
  end if;
  select g.site_id into new.site_id from public.gates g where g.tenant_id = new.tenant_id and g.id = new.gate_id;
  if not found then
    raise exception 'no such gate' using errcode = 'PT404';
  end if;
  if new.alert_event_id is not null then
    select * into alert from public.realtime_events where tenant_id = new.tenant_id and id = new.alert_event_id;
    if not found or alert.gate_id is distinct from new.gate_id then
      raise exception 'no such alert at this gate' using errcode = 'PT404';
    end if;
    if alert.is_late then
      raise exception 'this alert arrived late: it is history and opens nothing' using errcode = 'PT409';
    end if;
    update public.gate_commands set status = 'expired'
      where tenant_id = new.tenant_id and alert_event_id = new.alert_event_id
        and status = 'requested' and expires_at < clock_timestamp();
  end if;
  new.requested_by := coalesce(app.user_id(), new.requested_by);
  new.requested_by_name := coalesce(
    (select display_name from public.user_tenants where tenant_id = new.tenant_id and user_id = new.requested_by), '');
  new.requested_at := clock_timestamp();
  new.expires_at := new.requested_at + interval '10 seconds';
  new.status := 'requested';
  new.detail := null;
  return new;
end
$$;
create trigger prepare_gate_command before insert on public.gate_commands for each row execute function app.prepare_gate_command();

-- What became of a command only moves forward: a late or repeated report changes nothing.
create function app.advance_gate_command() returns trigger
language plpgsql set search_path = ''
as $$
declare
  steps constant text[] := array['requested', 'firing', 'accepted', 'not_confirmed', 'opened'];
begin
  if old.status in ('rejected', 'expired', 'unreachable', 'opened')
    or (new.status in ('rejected', 'expired', 'unreachable') and old.status not in ('requested', 'firing'))
    or coalesce(array_position(steps, new.status), 9) < coalesce(array_position(steps, old.status), 0) then
    return null;
  end if;
  new.updated_at := clock_timestamp();
  return new;
end
$$;
create trigger advance_gate_command before update on public.gate_commands for each row execute function app.advance_gate_command();

-- The latest word of each site's worker: cameras with the age of their last frame, gates with their state, backlog.
create table public.site_status (
  tenant_id uuid not null,
  site_id uuid not null,
  reported_at timestamptz not null default now(),
  status jsonb not null default '{}' check (jsonb_typeof(status) = 'object' and pg_column_size(status) < 32768),
  primary key (tenant_id, site_id),
  foreign key (tenant_id, site_id) references public.sites (tenant_id, id) on delete cascade
);

-- A guard who takes an alert says so; the others see it.
create table public.alert_claims (
  tenant_id uuid not null,
  event_id uuid not null,
  claimed_by uuid not null default auth.uid(),
  claimed_at timestamptz not null default now(),
  primary key (tenant_id, event_id),
  foreign key (tenant_id, event_id) references public.realtime_events (tenant_id, id) on delete cascade
);

do $$
declare
  t text;
begin
  foreach t in array array['realtime_events', 'gate_commands', 'site_status', 'alert_claims'] loop
    execute format('alter table public.%I enable row level security', t);
    execute format('alter table public.%I force row level security', t);
    execute format('revoke all on public.%I from anon, authenticated', t);
  end loop;
end
$$;

grant select, insert on public.realtime_events to authenticated;
grant select, insert, update (status, detail) on public.gate_commands to authenticated;
grant select on public.site_status to authenticated;
grant select, insert, delete on public.alert_claims to authenticated;

-- An edge box sees its own site's events: without that, Postgres lets nobody insert "on conflict do nothing".
create policy realtime_events_select on public.realtime_events for select to authenticated
  using (
    tenant_id in (select app.my_tenants())
    or (tenant_id, site_id) in (select e.tenant_id, e.site_id from app.edge_sites() e)
  );
create policy realtime_events_insert on public.realtime_events for insert to authenticated
  with check ((tenant_id, site_id) in (select e.tenant_id, e.site_id from app.edge_sites() e));

create policy gate_commands_select on public.gate_commands for select to authenticated
  using (
    tenant_id in (select app.my_tenants())
    or (tenant_id, site_id) in (select e.tenant_id, e.site_id from app.edge_sites() e)
  );
create policy gate_commands_insert on public.gate_commands for insert to authenticated
  with check (tenant_id in (select app.tenants_as('owner', 'admin', 'guard')) and requested_by = (select app.user_id()));
create policy gate_commands_update on public.gate_commands for update to authenticated
  using ((tenant_id, site_id) in (select e.tenant_id, e.site_id from app.edge_sites() e))
  with check ((tenant_id, site_id) in (select e.tenant_id, e.site_id from app.edge_sites() e));

create policy site_status_select on public.site_status for select to authenticated
  using (tenant_id in (select app.my_tenants()));

create policy alert_claims_select on public.alert_claims for select to authenticated
  using (tenant_id in (select app.my_tenants()));
create policy alert_claims_insert on public.alert_claims for insert to authenticated
  with check (tenant_id in (select app.tenants_as('owner', 'admin', 'guard')) and claimed_by = (select app.user_id()));
create policy alert_claims_delete on public.alert_claims for delete to authenticated
  using (tenant_id in (select app.tenants_as('owner', 'admin', 'guard')) and claimed_by = (select app.user_id()));

-- An arrival on a visitor pass uses it once. The edge counts its own uses too, so this is for the record and other sites.
create function app.count_pass_use() returns trigger
language plpgsql security definer set search_path = ''
as $$
begin
  update public.visitor_passes set uses = uses + 1
    where tenant_id = new.tenant_id and id::text = new.payload ->> 'pass_id';
  return null;
end
$$;
create trigger count_pass_use after insert on public.realtime_events for each row
  when (new.event_type = 'visitor_arrived' and new.payload ? 'pass_id') execute function app.count_pass_use();

-- How a command ended is told by its event, which the edge's journal never loses: the row follows it.
create function app.settle_gate_command() returns trigger
language plpgsql security definer set search_path = ''
as $$
begin
  update public.gate_commands
  set status = case
    when new.event_type = 'gate_command_failed' then new.payload ->> 'outcome'
    when (new.payload ->> 'confirmed')::boolean then 'opened'
    else 'accepted'
  end
  where tenant_id = new.tenant_id and site_id = new.site_id and id::text = new.payload ->> 'command_id';
  return null;
end
$$;
create trigger settle_gate_command after insert on public.realtime_events for each row
  when (new.event_type in ('gate_opened', 'gate_command_failed')) execute function app.settle_gate_command();

-- What a guard says about an alert: refused, corrected. Signed with who said it; saying it twice changes nothing.
create function app.record_guard_event(p_tenant_id uuid, p_alert_event_id uuid, p_event_type text, p_payload jsonb) returns uuid
language plpgsql security definer set search_path = ''
as $$
declare
  alert public.realtime_events;
  said uuid;
begin
  if p_tenant_id not in (select app.tenants_as('owner', 'admin', 'guard')) then
    raise exception 'no such alert' using errcode = 'PT404';
  end if;
  -- The lock makes two guards who answer at once take turns.
  perform 1 from app.tenant_seq where tenant_id = p_tenant_id for update;
  select * into alert from public.realtime_events where tenant_id = p_tenant_id and id = p_alert_event_id;
  if not found then
    raise exception 'no such alert' using errcode = 'PT404';
  end if;
  select id into said from public.realtime_events
    where tenant_id = p_tenant_id and event_type = p_event_type and event_type <> 'plate_corrected'
      and seq > alert.seq and payload ->> 'alert_event_id' = p_alert_event_id::text;
  if found then
    return said;
  end if;
  said := gen_random_uuid();
  insert into public.realtime_events (tenant_id, id, event_type, site_id, gate_id, camera_id, occurred_at, payload)
  values (p_tenant_id, said, p_event_type, alert.site_id, alert.gate_id, alert.camera_id, clock_timestamp(),
    p_payload || jsonb_build_object(
      'alert_event_id', p_alert_event_id,
      'by', app.user_id(),
      'by_name', (select display_name from public.user_tenants where tenant_id = p_tenant_id and user_id = app.user_id())));
  return said;
end
$$;
grant execute on function app.record_guard_event(uuid, uuid, text, jsonb) to authenticated;

create function public.refuse_entry(p_tenant_id uuid, p_alert_event_id uuid, p_reason text) returns uuid
language sql security invoker set search_path = ''
as $$
  select app.record_guard_event(p_tenant_id, p_alert_event_id, 'entry_refused',
    jsonb_build_object('reason', left(p_reason, 200)))
$$;

create function public.correct_plate(p_tenant_id uuid, p_alert_event_id uuid, p_plate public.plate) returns uuid
language sql security invoker set search_path = ''
as $$
  select app.record_guard_event(p_tenant_id, p_alert_event_id, 'plate_corrected', jsonb_build_object('plate', p_plate))
$$;

revoke execute on function public.refuse_entry(uuid, uuid, text), public.correct_plate(uuid, uuid, public.plate) from public, anon;
grant execute on function public.refuse_entry(uuid, uuid, text), public.correct_plate(uuid, uuid, public.plate) to authenticated;

-- Postgres lets everyone call a new function; who may is said above.
revoke execute on all functions in schema app from public;
