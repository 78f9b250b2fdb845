-- The register: who may enter, and through what.
-- Written by: owners and admins; guards add visitor passes. Read by: members; an edge box reads what its site needs to decide.

create table public.units (
  tenant_id uuid not null references public.tenants (id) on delete cascade,
  id uuid not null default gen_random_uuid(),
  name text not null check (char_length(name) between 1 and 60),
  notes text check (char_length(notes) <= 500),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (tenant_id, id),
  unique (tenant_id, name)
);

create table public.residents (
  tenant_id uuid not null,
  id uuid not null default gen_random_uuid(),
  unit_id uuid not null,
  full_name text not null check (char_length(full_name) between 1 and 120),
  phone text check (char_length(phone) <= 40),
  email text check (char_length(email) <= 254),
  active boolean not null default true,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (tenant_id, id),
  foreign key (tenant_id, unit_id) references public.units (tenant_id, id) on delete cascade
);
create index residents_by_unit on public.residents (tenant_id, unit_id);

-- A plate in comparison form. The class folds what one die cannot tell apart (O, Q and 0; I and 1).
create domain public.plate as text check (value ~ '^[A-Z0-9]{2,10}$');

-- {"days": [1..7], "from": "HH:MM", "until": "HH:MM"}, each of them optional; null is always.
create function app.is_schedule(p_schedule jsonb) returns boolean
language sql immutable set search_path = ''
as $$
  select jsonb_typeof(p_schedule) = 'object'
    and coalesce(p_schedule ->> 'from' ~ '^([01][0-9]|2[0-3]):[0-5][0-9]$', true)
    and coalesce(p_schedule ->> 'until' ~ '^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$', true)
    and coalesce(p_schedule -> 'days' <@ '[1, 2, 3, 4, 5, 6, 7]', true)
$$;
grant execute on function app.is_schedule(jsonb) to authenticated, service_role;

create table public.vehicles (
  tenant_id uuid not null,
  id uuid not null default gen_random_uuid(),
  resident_id uuid not null,
  plate public.plate not null,
  plate_class text generated always as (translate(plate::text, 'OQI', '001')) stored,
  description text check (char_length(description) <= 120),
  valid_from timestamptz not null default now(),
  valid_until timestamptz,
  schedule jsonb check (app.is_schedule(schedule)),
  active boolean not null default true,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (tenant_id, id),
  unique (tenant_id, plate),
  foreign key (tenant_id, resident_id) references public.residents (tenant_id, id) on delete cascade,
  check (valid_until is null or valid_until > valid_from)
);
create index vehicles_by_class on public.vehicles (tenant_id, plate_class);
create index vehicles_by_resident on public.vehicles (tenant_id, resident_id);
comment on column public.vehicles.schedule is '{"days": [1..7, Monday = 1], "from": "06:00", "until": "18:00"} in the tenant''s time zone; null = always.';

create table public.visitor_passes (
  tenant_id uuid not null,
  id uuid not null default gen_random_uuid(),
  unit_id uuid not null,
  visitor_name text not null check (char_length(visitor_name) between 1 and 120),
  plate public.plate,
  valid_from timestamptz not null default now(),
  valid_until timestamptz not null,
  schedule jsonb check (app.is_schedule(schedule)),
  max_uses integer not null default 1 check (max_uses between 1 and 1000),
  uses integer not null default 0 check (uses >= 0),
  revoked_at timestamptz,
  created_by uuid default auth.uid(),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (tenant_id, id),
  foreign key (tenant_id, unit_id) references public.units (tenant_id, id) on delete cascade,
  check (valid_until > valid_from)
);
create index visitor_passes_by_plate on public.visitor_passes (tenant_id, plate) where plate is not null;
create index visitor_passes_by_unit on public.visitor_passes (tenant_id, unit_id);

create table public.deny_list (
  tenant_id uuid not null references public.tenants (id) on delete cascade,
  id uuid not null default gen_random_uuid(),
  plate public.plate not null,
  reason text not null check (char_length(reason) between 1 and 300),
  created_by uuid default auth.uid(),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (tenant_id, id),
  unique (tenant_id, plate)
);

create table public.gates (
  tenant_id uuid not null,
  id uuid not null default gen_random_uuid(),
  site_id uuid not null,
  name text not null check (char_length(name) between 1 and 60),
  mode text not null default 'normal' check (mode in ('normal', 'lockdown', 'hold_open')),
  actuator jsonb not null check (jsonb_typeof(actuator) = 'object' and coalesce(actuator ->> 'kind', '') in ('isapi_relay', 'isapi_barrier', 'isapi_door', 'mqtt')),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (tenant_id, id),
  unique (tenant_id, site_id, name),
  foreign key (tenant_id, site_id) references public.sites (tenant_id, id) on delete cascade
);
comment on column public.gates.actuator is 'One actuator a gate: {"kind": "isapi_relay", "camera_id", "output"} | {"kind": "isapi_barrier", "camera_id", "channel"} | {"kind": "isapi_door", "camera_id", "door"} | {"kind": "mqtt"}.';

create table public.cameras (
  tenant_id uuid not null,
  id uuid not null default gen_random_uuid(),
  site_id uuid not null,
  gate_id uuid,
  name text not null check (char_length(name) between 1 and 60),
  base_url text not null check (base_url ~ '^https?://[^\s/@:]{1,253}(:[0-9]{1,5})?$'),
  stream integer not null default 101 check (stream between 100 and 9999),
  direction text not null default 'entry' check (direction in ('entry', 'exit')),
  settings jsonb not null default '{}' check (jsonb_typeof(settings) = 'object' and pg_column_size(settings) < 8192),
  active boolean not null default true,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (tenant_id, id),
  unique (tenant_id, site_id, name),
  foreign key (tenant_id, site_id) references public.sites (tenant_id, id) on delete cascade,
  foreign key (tenant_id, gate_id) references public.gates (tenant_id, id) on delete set null (gate_id)
);
create index cameras_by_gate on public.cameras (tenant_id, gate_id);
comment on column public.cameras.settings is '{"zone": {leftShare, topShare, widthShare, heightShare}, "privacy_mask": [...]}: shares of the frame.';

-- Sealed to the site's key by whoever types them; only the site's edge box reads them, and only it can open them.
create table public.camera_credentials (
  tenant_id uuid not null,
  camera_id uuid not null,
  sealed text not null check (char_length(sealed) between 16 and 4096),
  updated_at timestamptz not null default now(),
  primary key (tenant_id, camera_id),
  foreign key (tenant_id, camera_id) references public.cameras (tenant_id, id) on delete cascade
);

create function app.touch() returns trigger
language plpgsql set search_path = ''
as $$
begin
  -- Someone who administers two tenants must not be able to carry a row from one into the other.
  if new.tenant_id <> old.tenant_id or to_jsonb(new) ->> 'id' is distinct from to_jsonb(old) ->> 'id' then
    raise exception 'a row keeps its tenant and id' using errcode = '42501';
  end if;
  new.updated_at := now();
  return new;
end
$$;

do $$
declare
  t text;
begin
  foreach t in array array['units', 'residents', 'vehicles', 'visitor_passes', 'deny_list', 'gates', 'cameras', 'camera_credentials'] loop
    execute format('alter table public.%I enable row level security', t);
    execute format('alter table public.%I force row level security', t);
    execute format('revoke all on public.%I from anon, authenticated', t);
    execute format('create trigger touch before update on public.%I for each row execute function app.touch()', t);
  end loop;
end
$$;

grant select, insert, update, delete on public.units, public.residents, public.vehicles, public.visitor_passes,
  public.deny_list, public.gates, public.cameras to authenticated;
-- How often a pass was used is counted by its arrivals, not by whoever edits it.
revoke update on public.visitor_passes from authenticated;
grant update (unit_id, visitor_name, plate, valid_from, valid_until, schedule, max_uses, revoked_at)
  on public.visitor_passes to authenticated;
grant select on public.camera_credentials to authenticated;

create policy units_select on public.units for select to authenticated
  using (tenant_id in (select app.visible_tenants()));
create policy units_insert on public.units for insert to authenticated
  with check (tenant_id in (select app.tenants_as('owner', 'admin')));
create policy units_update on public.units for update to authenticated
  using (tenant_id in (select app.tenants_as('owner', 'admin')))
  with check (tenant_id in (select app.tenants_as('owner', 'admin')));
create policy units_delete on public.units for delete to authenticated
  using (tenant_id in (select app.tenants_as('owner', 'admin')));

create policy residents_select on public.residents for select to authenticated
  using (tenant_id in (select app.visible_tenants()));
create policy residents_insert on public.residents for insert to authenticated
  with check (tenant_id in (select app.tenants_as('owner', 'admin')));
create policy residents_update on public.residents for update to authenticated
  using (tenant_id in (select app.tenants_as('owner', 'admin')))
  with check (tenant_id in (select app.tenants_as('owner', 'admin')));
create policy residents_delete on public.residents for delete to authenticated
  using (tenant_id in (select app.tenants_as('owner', 'admin')));

create policy vehicles_select on public.vehicles for select to authenticated
  using (tenant_id in (select app.visible_tenants()));
create policy vehicles_insert on public.vehicles for insert to authenticated
  with check (tenant_id in (select app.tenants_as('owner', 'admin')));
create policy vehicles_update on public.vehicles for update to authenticated
  using (tenant_id in (select app.tenants_as('owner', 'admin')))
  with check (tenant_id in (select app.tenants_as('owner', 'admin')));
create policy vehicles_delete on public.vehicles for delete to authenticated
  using (tenant_id in (select app.tenants_as('owner', 'admin')));

create policy visitor_passes_select on public.visitor_passes for select to authenticated
  using (tenant_id in (select app.visible_tenants()));
create policy visitor_passes_insert on public.visitor_passes for insert to authenticated
  with check (
    tenant_id in (select app.tenants_as('owner', 'admin', 'guard')) and uses = 0 and created_by = (select app.user_id())
  );
create policy visitor_passes_update on public.visitor_passes for update to authenticated
  using (tenant_id in (select app.tenants_as('owner', 'admin', 'guard')))
  with check (tenant_id in (select app.tenants_as('owner', 'admin', 'guard')));
create policy visitor_passes_delete on public.visitor_passes for delete to authenticated
  using (tenant_id in (select app.tenants_as('owner', 'admin')));

create policy deny_list_select on public.deny_list for select to authenticated
  using (tenant_id in (select app.visible_tenants()));
create policy deny_list_insert on public.deny_list for insert to authenticated
  with check (tenant_id in (select app.tenants_as('owner', 'admin')) and created_by = (select app.user_id()));
create policy deny_list_update on public.deny_list for update to authenticated
  using (tenant_id in (select app.tenants_as('owner', 'admin')))
  with check (tenant_id in (select app.tenants_as('owner', 'admin')));
create policy deny_list_delete on public.deny_list for delete to authenticated
  using (tenant_id in (select app.tenants_as('owner', 'admin')));

create policy gates_select on public.gates for select to authenticated
  using (
    tenant_id in (select app.my_tenants())
    or (tenant_id, site_id) in (select e.tenant_id, e.site_id from app.edge_sites() e)
  );
create policy gates_insert on public.gates for insert to authenticated
  with check (tenant_id in (select app.tenants_as('owner', 'admin')));
create policy gates_update on public.gates for update to authenticated
  using (tenant_id in (select app.tenants_as('owner', 'admin')))
  with check (tenant_id in (select app.tenants_as('owner', 'admin')));
create policy gates_delete on public.gates for delete to authenticated
  using (tenant_id in (select app.tenants_as('owner', 'admin')));

create policy cameras_select on public.cameras for select to authenticated
  using (
    tenant_id in (select app.my_tenants())
    or (tenant_id, site_id) in (select e.tenant_id, e.site_id from app.edge_sites() e)
  );
create policy cameras_insert on public.cameras for insert to authenticated
  with check (tenant_id in (select app.tenants_as('owner', 'admin')));
create policy cameras_update on public.cameras for update to authenticated
  using (tenant_id in (select app.tenants_as('owner', 'admin')))
  with check (tenant_id in (select app.tenants_as('owner', 'admin')));
create policy cameras_delete on public.cameras for delete to authenticated
  using (tenant_id in (select app.tenants_as('owner', 'admin')));

create policy camera_credentials_select on public.camera_credentials for select to authenticated
  using (
    exists (
      select 1 from public.cameras c
      join app.edge_sites() e on e.tenant_id = c.tenant_id and e.site_id = c.site_id
      where c.tenant_id = camera_credentials.tenant_id and c.id = camera_credentials.camera_id
    )
  );

-- Credentials go in and never come out: the one way to write them. A foreign camera answers like an unknown one.
create function app.set_camera_credentials(p_tenant_id uuid, p_camera_id uuid, p_sealed text) returns void
language plpgsql security definer set search_path = ''
as $$
begin
  if p_tenant_id not in (select app.tenants_as('owner', 'admin'))
    or not exists (select 1 from public.cameras where tenant_id = p_tenant_id and id = p_camera_id) then
    raise exception 'no such camera' using errcode = 'PT404';
  end if;
  insert into public.camera_credentials (tenant_id, camera_id, sealed) values (p_tenant_id, p_camera_id, p_sealed)
  on conflict (tenant_id, camera_id) do update set sealed = excluded.sealed;
end
$$;
grant execute on function app.set_camera_credentials(uuid, uuid, text) to authenticated;

create function public.set_camera_credentials(p_tenant_id uuid, p_camera_id uuid, p_sealed text) returns void
language sql security invoker set search_path = ''
as $$ select app.set_camera_credentials(p_tenant_id, p_camera_id, p_sealed) $$;
revoke execute on function public.set_camera_credentials(uuid, uuid, text) from public, anon;
grant execute on function public.set_camera_credentials(uuid, uuid, text) to authenticated;

-- Postgres lets everyone call a new function; who may is said above.
revoke execute on all functions in schema app from public;
