-- What the measurements run on: a table of each kind, rows shown to the members of their tenant.
create table members (tenant int not null, member uuid not null, primary key (member, tenant));
alter table members enable row level security;
revoke all on members from anon, authenticated;

create function is_member(of_tenant int) returns boolean
  language sql stable security definer set search_path = '' as $$
  select exists (select from public.members where member = (select auth.uid()) and tenant = of_tenant)
$$;

create table events (
  id bigint generated always as identity primary key,
  tenant int not null,
  payload jsonb not null
);
alter table events enable row level security;
grant select, insert on events to authenticated;
create policy "members read" on events for select to authenticated using (is_member(tenant));
create policy "members write" on events for insert to authenticated with check (is_member(tenant));

-- Told to the tenant's private channel, as the product's own events are.
create table told_events (
  id bigint generated always as identity primary key,
  tenant int not null,
  payload jsonb not null
);
create function tell_event() returns trigger language plpgsql security definer set search_path = '' as $$
begin
  perform realtime.send(new.payload, 'event', 'tenant:' || new.tenant, true);
  return null;
end $$;
create trigger tell_event after insert on told_events for each row execute function tell_event();
create policy "members listen" on realtime.messages for select to authenticated
  using (realtime.topic() like 'tenant:%' and public.is_member(split_part(realtime.topic(), ':', 2)::int));

-- Told by postgres_changes.
create table changed_events (
  id bigint generated always as identity primary key,
  tenant int not null,
  payload jsonb not null
);
alter table changed_events enable row level security;
grant select on changed_events to authenticated;
create policy "members read" on changed_events for select to authenticated using (is_member(tenant));
alter publication supabase_realtime add table changed_events;
