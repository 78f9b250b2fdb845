-- How certain a tenant wants a plate to be before its gates open by themselves: never less than the product asks (safety G7).
-- Written by: owners and admins.
-- Read by: the tenant's people, and its edge boxes, which take it with the register.

create table public.opening_rules (
  tenant_id uuid primary key references public.tenants (id) on delete cascade,
  min_agreeing_frames integer not null default 2 check (min_agreeing_frames between 2 and 4),
  min_lead integer not null default 50 check (min_lead between 50 and 1000),
  min_character_confidence double precision not null default 0.8 check (min_character_confidence between 0.8 and 0.95),
  updated_at timestamptz not null default now()
);
comment on column public.opening_rules.min_agreeing_frames is 'Distinct frames that read the same plate.';
comment on column public.opening_rules.min_lead is 'How many times likelier the plate must be than every other.';
comment on column public.opening_rules.min_character_confidence is 'Of each single character.';

alter table public.opening_rules enable row level security;
alter table public.opening_rules force row level security;
revoke all on public.opening_rules from anon, authenticated;
grant select, update (min_agreeing_frames, min_lead, min_character_confidence) on public.opening_rules to authenticated;
create policy opening_rules_select on public.opening_rules for select to authenticated
  using (tenant_id in (select app.visible_tenants()));
create policy opening_rules_update on public.opening_rules for update to authenticated
  using (tenant_id in (select app.tenants_as('owner', 'admin')))
  with check (tenant_id in (select app.tenants_as('owner', 'admin')));
create trigger touch before update on public.opening_rules for each row execute function app.touch();
create trigger audit after update on public.opening_rules for each row execute function app.audit();
create trigger bump_register_update after update on public.opening_rules referencing new table as changed_rows
  for each statement execute function app.bump_register();

create function app.start_opening_rules() returns trigger
language plpgsql security definer set search_path = ''
as $$
begin
  insert into public.opening_rules (tenant_id) values (new.id);
  return new;
end
$$;
create trigger start_opening_rules after insert on public.tenants for each row execute function app.start_opening_rules();
insert into public.opening_rules (tenant_id) select id from public.tenants;

-- Postgres lets everyone call a new function; who may is said above.
revoke execute on function app.start_opening_rules() from public;
