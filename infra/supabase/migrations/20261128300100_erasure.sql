-- One person's data: what there is, a copy of it, and its erasure. A person is named by rows of the register and by
-- plates: {"resident_ids": [], "pass_ids": [], "plates": []}; nobody guesses who is the same by a name.
-- Written by: owners and admins, through these functions alone. The record says that it was done, by whom and on which
-- request, in numbers, never whose data it was.

create type app.person as (resident_ids uuid[], vehicle_ids uuid[], pass_ids uuid[], plates text[]);

-- Who is meant, as rows that exist here. A foreign id finds nothing, like an unknown one.
create function app.person_of(p_tenant_id uuid, p_subject jsonb) returns app.person
language plpgsql stable security definer set search_path = ''
as $$
declare
  who app.person;
begin
  if p_tenant_id not in (select app.tenants_as('owner', 'admin')) then
    raise exception 'no such person' using errcode = 'PT404';
  end if;
  select coalesce(array_agg(r.id), '{}') into who.resident_ids from public.residents r
    where r.tenant_id = p_tenant_id and p_subject -> 'resident_ids' ? r.id::text;
  select coalesce(array_agg(v.id), '{}'), coalesce(array_agg(v.plate::text), '{}') into who.vehicle_ids, who.plates
    from public.vehicles v where v.tenant_id = p_tenant_id and v.resident_id = any (who.resident_ids);
  select coalesce(array_agg(p.id), '{}'), who.plates || coalesce(array_agg(p.plate::text) filter (where p.plate is not null), '{}')
    into who.pass_ids, who.plates
    from public.visitor_passes p where p.tenant_id = p_tenant_id and p_subject -> 'pass_ids' ? p.id::text;
  select who.plates || coalesce(array_agg(x), '{}') into who.plates
    from jsonb_array_elements_text(coalesce(p_subject -> 'plates', '[]')) x where x ~ '^[A-Z0-9]{2,10}$';
  if cardinality(who.resident_ids) + cardinality(who.pass_ids) + cardinality(who.plates) = 0 then
    raise exception 'no such person' using errcode = 'PT404';
  end if;
  return who;
end
$$;

create function app.events_of_person(p_tenant_id uuid, who app.person) returns setof public.realtime_events
language sql stable set search_path = ''
as $$
  select e.* from public.realtime_events e
  where e.tenant_id = p_tenant_id and (
    e.plate = any (who.plates)
    or e.payload ->> 'resident_id' = any (who.resident_ids::text[])
    or e.payload ->> 'pass_id' = any (who.pass_ids::text[]))
$$;

create function app.record_of_person(p_tenant_id uuid, who app.person) returns setof public.audit_log
language sql stable set search_path = ''
as $$
  select a.* from public.audit_log a
  where a.tenant_id = p_tenant_id and (
    (a.table_name = 'residents' and a.row_id = any (who.resident_ids::text[]))
    or (a.table_name = 'vehicles' and a.row_id = any (who.vehicle_ids::text[]))
    or (a.table_name = 'visitor_passes' and a.row_id = any (who.pass_ids::text[])))
$$;

create function app.count_person(p_tenant_id uuid, who app.person) returns jsonb
language sql stable set search_path = ''
as $$
  select jsonb_build_object(
    'residents', cardinality(who.resident_ids), 'vehicles', cardinality(who.vehicle_ids), 'passes', cardinality(who.pass_ids),
    'events', (select count(*) from app.events_of_person(p_tenant_id, who)),
    'pictures', (select count(*) from app.events_of_person(p_tenant_id, who) e where e.snapshot_path is not null),
    'record', (select count(*) from app.record_of_person(p_tenant_id, who) a where a.erased_at is null))
$$;

create function app.record_privacy(p_tenant_id uuid, p_action text, p_counts jsonb, p_reference text) returns void
language sql security definer set search_path = ''
as $$
  insert into public.audit_log (tenant_id, actor, actor_name, action, table_name, after)
  values (p_tenant_id, app.user_id(),
    (select display_name from public.user_tenants where tenant_id = p_tenant_id and user_id = app.user_id()),
    p_action, 'person', p_counts || jsonb_build_object('reference', left(p_reference, 60)))
$$;

create function app.person_summary(p_tenant_id uuid, p_subject jsonb) returns jsonb
language sql stable security definer set search_path = ''
as $$ select app.count_person(p_tenant_id, app.person_of(p_tenant_id, p_subject)) $$;

-- Everything about the person, as it is stored, with the paths of the pictures. That it was taken out is recorded.
create function app.export_person(p_tenant_id uuid, p_subject jsonb, p_reference text) returns jsonb
language plpgsql security definer set search_path = ''
as $$
declare
  who constant app.person := app.person_of(p_tenant_id, p_subject);
begin
  perform app.record_privacy(p_tenant_id, 'export', app.count_person(p_tenant_id, who), p_reference);
  return jsonb_build_object(
    'exported_at', clock_timestamp(),
    'residents', (
      select coalesce(jsonb_agg(to_jsonb(r) || jsonb_build_object('unit_name', u.name)), '[]')
      from public.residents r join public.units u on u.tenant_id = r.tenant_id and u.id = r.unit_id
      where r.tenant_id = p_tenant_id and r.id = any (who.resident_ids)),
    'vehicles', (
      select coalesce(jsonb_agg(to_jsonb(v) - 'plate_class'), '[]') from public.vehicles v
      where v.tenant_id = p_tenant_id and v.id = any (who.vehicle_ids)),
    'passes', (
      select coalesce(jsonb_agg(to_jsonb(p)), '[]') from public.visitor_passes p
      where p.tenant_id = p_tenant_id and p.id = any (who.pass_ids)),
    'denied', (
      select coalesce(jsonb_agg(to_jsonb(d)), '[]') from public.deny_list d
      where d.tenant_id = p_tenant_id and d.plate = any (who.plates)),
    'events', (
      select coalesce(jsonb_agg(to_jsonb(e) order by e.seq), '[]') from app.events_of_person(p_tenant_id, who) e),
    'record', (
      select coalesce(jsonb_agg(to_jsonb(a) order by a.id), '[]') from app.record_of_person(p_tenant_id, who) a));
end
$$;

-- Takes the person out of register, events, pictures and record, in one transaction. What happened stays, without them.
-- A plate that is denied entry stays denied: that is decided on its own page.
create function app.erase_person(p_tenant_id uuid, p_subject jsonb, p_reference text) returns jsonb
language plpgsql security definer set search_path = '' set statement_timeout = '60s'
as $$
declare
  who constant app.person := app.person_of(p_tenant_id, p_subject);
  counts constant jsonb := app.count_person(p_tenant_id, who);
begin
  insert into app.condemned_pictures (tenant_id, path)
  select p_tenant_id, path from app.events_of_person(p_tenant_id, who) e,
    unnest(array[e.snapshot_path, e.payload ->> 'plate_snapshot_path']) path
  where path is not null
  on conflict do nothing;

  update public.realtime_events e set snapshot_path = null, payload = app.anonymised(e.payload)
  from app.events_of_person(p_tenant_id, who) mine where e.tenant_id = p_tenant_id and e.id = mine.id;

  -- Where the plate was only a guess about somebody else's vehicle.
  update public.realtime_events e set payload = e.payload || jsonb_build_object(
    'suggestions', (select coalesce(jsonb_agg(s), '[]') from jsonb_array_elements(e.payload -> 'suggestions') s
      where s ->> 'plate' <> all (who.plates)),
    'candidates', (select coalesce(jsonb_agg(c), '[]') from jsonb_array_elements(e.payload -> 'candidates') c
      where c ->> 'plate' <> all (who.plates)))
  where e.tenant_id = p_tenant_id and e.payload ? 'suggestions' and e.payload ? 'candidates'
    and exists (select 1 from unnest(who.plates) plate where
      e.payload @> jsonb_build_object('suggestions', jsonb_build_array(jsonb_build_object('plate', plate)))
      or e.payload @> jsonb_build_object('candidates', jsonb_build_array(jsonb_build_object('plate', plate))));

  delete from public.visitor_passes where tenant_id = p_tenant_id and id = any (who.pass_ids);
  delete from public.vehicles where tenant_id = p_tenant_id and id = any (who.vehicle_ids);
  delete from public.residents where tenant_id = p_tenant_id and id = any (who.resident_ids);

  perform app.forget_in_audit(p_tenant_id, 'residents', who.resident_ids);
  perform app.forget_in_audit(p_tenant_id, 'vehicles', who.vehicle_ids);
  perform app.forget_in_audit(p_tenant_id, 'visitor_passes', who.pass_ids);
  perform app.record_privacy(p_tenant_id, 'erase', counts, p_reference);
  return counts;
end
$$;

create function public.person_summary(p_tenant_id uuid, p_subject jsonb) returns jsonb
language sql stable security invoker set search_path = ''
as $$ select app.person_summary(p_tenant_id, p_subject) $$;
create function public.export_person(p_tenant_id uuid, p_subject jsonb, p_reference text) returns jsonb
language sql security invoker set search_path = ''
as $$ select app.export_person(p_tenant_id, p_subject, p_reference) $$;
create function public.erase_person(p_tenant_id uuid, p_subject jsonb, p_reference text) returns jsonb
language sql security invoker set search_path = '' set statement_timeout = '60s'
as $$ select app.erase_person(p_tenant_id, p_subject, p_reference) $$;

revoke execute on function app.person_of(uuid, jsonb), app.events_of_person(uuid, app.person), app.record_of_person(uuid, app.person),
  app.count_person(uuid, app.person), app.record_privacy(uuid, text, jsonb, text), app.person_summary(uuid, jsonb),
  app.export_person(uuid, jsonb, text), app.erase_person(uuid, jsonb, text) from public;
revoke execute on function public.person_summary(uuid, jsonb), public.export_person(uuid, jsonb, text),
  public.erase_person(uuid, jsonb, text) from public, anon;
grant execute on function app.person_summary(uuid, jsonb), app.export_person(uuid, jsonb, text), app.erase_person(uuid, jsonb, text)
  to authenticated;
grant execute on function public.person_summary(uuid, jsonb), public.export_person(uuid, jsonb, text),
  public.erase_person(uuid, jsonb, text) to authenticated;
