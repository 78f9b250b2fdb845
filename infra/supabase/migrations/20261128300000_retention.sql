-- How long each kind of data is kept, by the tenant's own numbers, and what happens when its time is over.
-- Written by: owners and admins (the numbers); whoever runs app.apply_retention() every hour: pg_cron, or the embedded default.
-- Pictures are files: `gateway`, which alone holds the secret key, asks public.pictures_to_remove() and removes them.
-- Read by: the tenant's people.

create table public.privacy_settings (
  tenant_id uuid primary key references public.tenants (id) on delete cascade,
  pictures_days integer not null default 30 check (pictures_days between 1 and 3650),
  stranger_plates_days integer not null default 90 check (stranger_plates_days between 1 and 3650),
  passes_days integer not null default 90 check (passes_days between 1 and 3650),
  events_days integer not null default 365 check (events_days between 30 and 3650),
  -- Whoever is recorded must not be able to make the record forget last week.
  audit_days integer not null default 1825 check (audit_days between 365 and 3650),
  updated_at timestamptz not null default now()
);
comment on column public.privacy_settings.stranger_plates_days is
  'After it an event keeps what happened and loses whose plate it was, unless the register still knows the plate.';
comment on column public.privacy_settings.passes_days is 'Counted from a pass''s last valid moment.';

alter table public.privacy_settings enable row level security;
alter table public.privacy_settings force row level security;
revoke all on public.privacy_settings from anon, authenticated;
grant select, update (pictures_days, stranger_plates_days, passes_days, events_days, audit_days)
  on public.privacy_settings to authenticated;
create policy privacy_settings_select on public.privacy_settings for select to authenticated
  using (tenant_id in (select app.my_tenants()));
create policy privacy_settings_update on public.privacy_settings for update to authenticated
  using (tenant_id in (select app.tenants_as('owner', 'admin')))
  with check (tenant_id in (select app.tenants_as('owner', 'admin')));
create trigger touch before update on public.privacy_settings for each row execute function app.touch();
create trigger audit after update on public.privacy_settings for each row execute function app.audit();

create function app.start_privacy() returns trigger
language plpgsql security definer set search_path = ''
as $$
begin
  insert into public.privacy_settings (tenant_id) values (new.id);
  return new;
end
$$;
create trigger start_privacy after insert on public.tenants for each row execute function app.start_privacy();

-- What tenants have said so far moves here.
insert into public.privacy_settings (tenant_id, events_days)
select id, greatest(30, coalesce((settings ->> 'retention_days')::numeric::integer, 365)) from public.tenants;
alter table public.tenants drop constraint retention_is_a_number_of_days;
update public.tenants set settings = settings - 'retention_days' where settings ? 'retention_days';

-- The record stays append-only for everybody: no role may update or delete. What can go is the data of a person inside
-- an entry, never that somebody did something to it at that time: `before` and `after` become null, and `erased_at` says when.
alter table public.audit_log add column erased_at timestamptz;
alter table public.audit_log drop constraint audit_log_action_check;
alter table public.audit_log add constraint audit_log_action_check
  check (action in ('insert', 'update', 'delete', 'export', 'erase'));

create or replace function app.keep_audit_log() returns trigger
language plpgsql set search_path = ''
as $$
begin
  if tg_op = 'UPDATE' and new.before is null and new.after is null and new.erased_at is not null
    and to_jsonb(new) - array['before', 'after', 'erased_at'] = to_jsonb(old) - array['before', 'after', 'erased_at'] then
    return new;
  end if;
  raise exception 'the audit log is append-only' using errcode = '42501';
end
$$;
drop trigger keep_audit_log on public.audit_log;
create trigger keep_audit_log before update on public.audit_log for each row execute function app.keep_audit_log();
create trigger keep_audit_log_whole before truncate on public.audit_log for each statement execute function app.keep_audit_log();

-- Takes the data of these rows out of the record.
create function app.forget_in_audit(p_tenant_id uuid, p_table text, p_ids uuid[]) returns void
language sql set search_path = ''
as $$
  update public.audit_log set before = null, after = null, erased_at = clock_timestamp()
  where tenant_id = p_tenant_id and table_name = p_table and row_id = any (p_ids::text[]) and erased_at is null
$$;
create index audit_log_by_row on public.audit_log (tenant_id, table_name, row_id);

-- An event without the person in it: what happened, where, when, and how sure the reading was.
create function app.anonymised(p_payload jsonb) returns jsonb
language sql immutable set search_path = ''
as $$
  select (p_payload - array['resident_id', 'resident_name', 'unit_name', 'vehicle_id', 'pass_id', 'visitor_name',
      'deny_reason', 'plate_snapshot_path'])
    || case when p_payload ? 'plate' then '{"plate": null}'::jsonb else '{}' end
    || case when p_payload ? 'characters' then '{"characters": [], "candidates": [], "frames": [], "suggestions": []}'::jsonb
       else '{}' end
    || '{"erased": true}'
$$;

-- Pictures of people who were erased; kept a month, so that one which arrives late goes too.
create table app.condemned_pictures (
  tenant_id uuid not null references public.tenants (id) on delete cascade,
  path text not null,
  since timestamptz not null default clock_timestamp(),
  primary key (tenant_id, path)
);

-- At most p_batch rows of each kind. Returns how many rows changed or went; call it again until it is less than p_batch.
create or replace function app.apply_retention(p_batch integer default 1000) returns integer
language plpgsql security definer set search_path = ''
as $$
declare
  step integer;
  done integer := 0;
  over record;
begin
  with old_events as (
    select e.tenant_id, e.id from public.privacy_settings s
    join public.realtime_events e on e.tenant_id = s.tenant_id and e.occurred_at < now() - make_interval(days => s.events_days)
    limit p_batch
  )
  delete from public.realtime_events e using old_events o where e.tenant_id = o.tenant_id and e.id = o.id;
  get diagnostics step = row_count;
  done := done + step;

  with seen as (
    select e.tenant_id, e.id from public.privacy_settings s
    join public.realtime_events e on e.tenant_id = s.tenant_id
      and e.occurred_at < now() - make_interval(days => s.pictures_days) and e.snapshot_path is not null
    limit p_batch
  )
  update public.realtime_events e set snapshot_path = null, payload = e.payload - 'plate_snapshot_path'
  from seen where e.tenant_id = seen.tenant_id and e.id = seen.id;
  get diagnostics step = row_count;
  done := done + step;

  for over in
    select p.tenant_id, array_agg(p.id) as ids from (
      select v.tenant_id, v.id from public.privacy_settings s
      join public.visitor_passes v on v.tenant_id = s.tenant_id
        and v.valid_until < now() - make_interval(days => s.passes_days)
      limit p_batch
    ) p group by p.tenant_id
  loop
    delete from public.visitor_passes where tenant_id = over.tenant_id and id = any (over.ids);
    perform app.forget_in_audit(over.tenant_id, 'visitor_passes', over.ids);
    done := done + cardinality(over.ids);
  end loop;

  with strangers as (
    select e.tenant_id, e.id from public.privacy_settings s
    join public.realtime_events e on e.tenant_id = s.tenant_id
      and e.occurred_at < now() - make_interval(days => s.stranger_plates_days)
    where not e.payload ? 'erased' and (e.plate is not null or e.payload ?| array['candidates', 'visitor_name'])
      and not exists (select 1 from public.vehicles v where v.tenant_id = e.tenant_id and v.plate = e.plate)
      and not exists (select 1 from public.deny_list d where d.tenant_id = e.tenant_id and d.plate = e.plate)
      and not exists (
        select 1 from public.visitor_passes p
        where p.tenant_id = e.tenant_id and (p.plate = e.plate or p.id::text = e.payload ->> 'pass_id'))
    limit p_batch
  )
  update public.realtime_events e set payload = app.anonymised(e.payload)
  from strangers where e.tenant_id = strangers.tenant_id and e.id = strangers.id;
  get diagnostics step = row_count;
  done := done + step;

  with old_entries as (
    select a.tenant_id, a.id from public.privacy_settings s
    join public.audit_log a on a.tenant_id = s.tenant_id and a.at < now() - make_interval(days => s.audit_days)
    limit p_batch
  )
  delete from public.audit_log a using old_entries o where a.tenant_id = o.tenant_id and a.id = o.id;
  get diagnostics step = row_count;
  return done + step;
end
$$;

-- Names of pictures whose time is over, or whose person was erased.
create function app.pictures_to_remove(p_limit integer) returns setof text
language sql security definer set search_path = ''
as $$
  delete from app.condemned_pictures where since < now() - interval '30 days';
  select o.name from public.privacy_settings s
  join storage.objects o on o.bucket_id = 'snapshots' and o.name like s.tenant_id || '/%'
  where (split_part(o.name, '/', 2) ~ '^\d{4}-\d{2}-\d{2}$'
      and split_part(o.name, '/', 2) < to_char(now() - make_interval(days => s.pictures_days), 'YYYY-MM-DD'))
    or exists (select 1 from app.condemned_pictures c where c.tenant_id = s.tenant_id and c.path = o.name)
  limit p_limit
$$;

create function public.pictures_to_remove(p_limit integer) returns setof text
language sql security invoker set search_path = ''
as $$ select app.pictures_to_remove(p_limit) $$;
revoke execute on function public.pictures_to_remove(integer) from public, anon, authenticated;
grant execute on function public.pictures_to_remove(integer) to service_role;

revoke execute on function app.start_privacy(), app.keep_audit_log(), app.forget_in_audit(uuid, text, uuid[]),
  app.anonymised(jsonb), app.apply_retention(integer), app.pictures_to_remove(integer) from public;
grant execute on function app.apply_retention(integer), app.pictures_to_remove(integer) to service_role;
