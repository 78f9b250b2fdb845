-- Tenants and who belongs to them.
-- Written by: owners and admins (their own tenant), the service role (new tenants, invitations accepted).
-- Read by: members. Everything else in this schema asks these tables through app.tenants_as() and app.edge_sites().

create schema app;
comment on schema app is 'Functions and counters behind the public tables. Not exposed over REST.';
revoke all on schema app from public;
grant usage on schema app to authenticated, service_role;

create table public.tenants (
  id uuid primary key default gen_random_uuid(),
  name text not null check (char_length(name) between 1 and 120),
  country text not null default 'mx' check (country ~ '^[a-z]{2}$'),
  -- A zone that Postgres does not know raises an error here, not at the gate.
  time_zone text not null default 'America/Mexico_City' check (now() at time zone time_zone is not null),
  settings jsonb not null default '{}' check (jsonb_typeof(settings) = 'object' and pg_column_size(settings) < 16384),
  constraint retention_is_a_number_of_days check (
    settings -> 'retention_days' is null
    or case when jsonb_typeof(settings -> 'retention_days') = 'number'
      then (settings ->> 'retention_days')::numeric between 1 and 3650 else false end
  ),
  created_at timestamptz not null default now()
);
comment on column public.tenants.country is 'ISO 3166-1 alpha-2, lower case: whose plate formats are expected.';

create table public.sites (
  tenant_id uuid not null references public.tenants (id) on delete cascade,
  id uuid not null default gen_random_uuid(),
  name text not null check (char_length(name) between 1 and 120),
  public_key text check (char_length(public_key) between 16 and 512),
  created_at timestamptz not null default now(),
  primary key (tenant_id, id)
);
comment on column public.sites.public_key is 'Camera credentials are sealed to this key; its private half never leaves the site.';

create table public.user_tenants (
  tenant_id uuid not null references public.tenants (id) on delete cascade,
  user_id uuid not null references auth.users (id) on delete cascade,
  role text not null check (role in ('owner', 'admin', 'guard', 'viewer', 'edge')),
  active boolean not null default true,
  site_id uuid,
  display_name text not null check (char_length(display_name) between 1 and 120),
  created_at timestamptz not null default now(),
  primary key (tenant_id, user_id),
  foreign key (tenant_id, site_id) references public.sites (tenant_id, id) on delete cascade,
  constraint edge_has_a_site check ((role = 'edge') = (site_id is not null))
);
create index user_tenants_by_user on public.user_tenants (user_id);
create index user_tenants_by_site on public.user_tenants (tenant_id, site_id);

create table public.invitations (
  tenant_id uuid not null references public.tenants (id) on delete cascade,
  id uuid not null default gen_random_uuid(),
  email text not null check (email ~ '^[^@\s]{1,128}@[^@\s]{1,190}$'),
  role text not null check (role in ('admin', 'guard', 'viewer')),
  display_name text not null check (char_length(display_name) between 1 and 120),
  invited_by uuid default auth.uid(),
  created_at timestamptz not null default now(),
  expires_at timestamptz not null default now() + interval '7 days',
  accepted_at timestamptz,
  primary key (tenant_id, id)
);

-- The caller's user id, or null for anything that is not a uuid: malformed claims see nothing instead of failing.
create function app.user_id() returns uuid
language sql stable security definer set search_path = ''
as $$
  select case
    when auth.jwt() ->> 'sub' ~* '^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$' then (auth.jwt() ->> 'sub')::uuid
  end
$$;

-- Tenants in which the caller is an active member with one of these roles.
create function app.tenants_as(variadic roles text[]) returns setof uuid
language sql stable security definer set search_path = ''
as $$
  select m.tenant_id from public.user_tenants m
  where m.user_id = (select app.user_id()) and m.active and m.role = any (roles)
$$;

-- Tenants whose people the caller works with: every role but an edge box.
create function app.my_tenants() returns setof uuid
language sql stable security definer set search_path = ''
as $$
  select m.tenant_id from public.user_tenants m
  where m.user_id = (select app.user_id()) and m.active and m.role <> 'edge'
$$;

-- Sites for which the caller is the edge box.
create function app.edge_sites() returns table (tenant_id uuid, site_id uuid)
language sql stable security definer set search_path = ''
as $$
  select m.tenant_id, m.site_id from public.user_tenants m
  where m.user_id = (select app.user_id()) and m.active and m.role = 'edge'
$$;

-- Tenants that the caller may see at all: people and edge boxes.
create function app.visible_tenants() returns setof uuid
language sql stable security definer set search_path = ''
as $$
  select m.tenant_id from public.user_tenants m where m.user_id = (select app.user_id()) and m.active
$$;

grant execute on function app.user_id(), app.tenants_as(text[]), app.my_tenants(), app.edge_sites(), app.visible_tenants()
  to authenticated, service_role;

alter table public.tenants enable row level security;
alter table public.tenants force row level security;
alter table public.sites enable row level security;
alter table public.sites force row level security;
alter table public.user_tenants enable row level security;
alter table public.user_tenants force row level security;
alter table public.invitations enable row level security;
alter table public.invitations force row level security;

revoke all on public.tenants, public.sites, public.user_tenants, public.invitations from anon, authenticated;
grant select, update (name, country, time_zone, settings) on public.tenants to authenticated;
grant select, insert, update, delete on public.sites to authenticated;
grant select, update (role, active, display_name), delete on public.user_tenants to authenticated;
grant select, insert, delete on public.invitations to authenticated;

create policy tenants_select on public.tenants for select to authenticated
  using (id in (select app.visible_tenants()));
create policy tenants_update on public.tenants for update to authenticated
  using (id in (select app.tenants_as('owner', 'admin')))
  with check (id in (select app.tenants_as('owner', 'admin')));

create policy sites_select on public.sites for select to authenticated
  using (
    tenant_id in (select app.my_tenants())
    or (tenant_id, id) in (select e.tenant_id, e.site_id from app.edge_sites() e)
  );
create policy sites_insert on public.sites for insert to authenticated
  with check (tenant_id in (select app.tenants_as('owner', 'admin')));
create policy sites_update on public.sites for update to authenticated
  using (tenant_id in (select app.tenants_as('owner', 'admin')))
  with check (tenant_id in (select app.tenants_as('owner', 'admin')));
create policy sites_delete on public.sites for delete to authenticated
  using (tenant_id in (select app.tenants_as('owner', 'admin')));

-- People see their colleagues; an edge box sees itself. Inactive members still see that they are inactive.
create policy user_tenants_select on public.user_tenants for select to authenticated
  using (user_id = (select app.user_id()) or tenant_id in (select app.my_tenants()));
-- An admin manages everyone but owners, an owner everyone; nobody makes an owner of themselves or an edge box of a person.
create policy user_tenants_update on public.user_tenants for update to authenticated
  using (
    tenant_id in (select app.tenants_as('owner'))
    or (role <> 'owner' and tenant_id in (select app.tenants_as('admin')))
  )
  with check (
    tenant_id in (select app.tenants_as('owner'))
    or (role <> 'owner' and tenant_id in (select app.tenants_as('admin')))
  );
create policy user_tenants_delete on public.user_tenants for delete to authenticated
  using (
    user_id <> (select app.user_id())
    and (
      tenant_id in (select app.tenants_as('owner'))
      or (role <> 'owner' and tenant_id in (select app.tenants_as('admin')))
    )
  );

create policy invitations_select on public.invitations for select to authenticated
  using (tenant_id in (select app.tenants_as('owner', 'admin')));
create policy invitations_insert on public.invitations for insert to authenticated
  with check (tenant_id in (select app.tenants_as('owner', 'admin')) and invited_by = (select app.user_id()));
create policy invitations_delete on public.invitations for delete to authenticated
  using (tenant_id in (select app.tenants_as('owner', 'admin')));

-- Postgres lets everyone call a new function; who may is said above.
revoke execute on all functions in schema app from public;
