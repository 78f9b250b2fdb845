-- The history is read by the thousand: its pages leave out the evidence that only an event's own page shows.
-- Written by: nobody; this only reads. Read by: members, each under their own rights (security invoker).

-- As before, but sightings come without what they were decided from, in the shape of their schema, and what followed is only
-- ever newer than what it followed: no sighting is fetched for an opening that was asked for. So the oldest event of a page is one that was asked for, and the next page begins where this one ends.
create or replace function public.find_events(p_tenant_id uuid, p_filter jsonb, p_before_seq bigint, p_limit integer)
returns setof public.realtime_events
language plpgsql stable security invoker set search_path = ''
as $$
declare
  no_evidence constant jsonb := '{"characters": [], "candidates": [], "frames": [], "suggestions": [], "timings_ms": {}, "box": null}';
  asked_types constant text[] := case when p_filter ? 'types' then
    array(select jsonb_array_elements_text(p_filter -> 'types')) end;
  asked_plate constant text := p_filter ->> 'plate';
  asked_unit constant text := p_filter ->> 'unit';
  -- Inside like, so that nothing typed is a pattern.
  asked_person constant text := '%' || regexp_replace(p_filter ->> 'person', '([\\%_])', '\\\1', 'g') || '%';
begin
  if asked_plate !~ '^([A-Z0-9]|\[[A-Z0-9]{1,36}\]){1,10}$' then
    raise exception 'no part of a plate' using errcode = '22023';
  end if;
  return query
  with page as materialized (
    select e.* from public.realtime_events e
    where e.tenant_id = p_tenant_id
      and (p_before_seq is null or e.seq < p_before_seq)
      and (asked_types is null or e.event_type = any (asked_types))
      and (p_filter ->> 'gate_id' is null or e.gate_id = (p_filter ->> 'gate_id')::uuid)
      and (asked_plate is null or e.plate ~ asked_plate)
      and (asked_unit is null or e.payload ->> 'unit_name' = asked_unit)
      and (asked_person is null or e.payload ->> 'resident_name' ilike asked_person
        or e.payload ->> 'visitor_name' ilike asked_person or e.payload ->> 'by_name' ilike asked_person)
      and (p_filter ->> 'from' is null or e.occurred_at >= (p_filter ->> 'from')::timestamptz)
      and (p_filter ->> 'until' is null or e.occurred_at < (p_filter ->> 'until')::timestamptz)
    order by e.seq desc
    limit least(p_limit, 500)
  ), wanted as (
    select p.id from page p
    union
    select f.id from page p join public.realtime_events f
      on f.tenant_id = p_tenant_id and f.payload ? 'alert_event_id' and f.payload ->> 'alert_event_id' = p.id::text
    union
    select f.id from page p join public.realtime_events f
      on f.tenant_id = p_tenant_id and f.payload ? 'sighting_id' and f.payload ->> 'sighting_id' = p.payload ->> 'sighting_id'
        and f.seq > p.seq
  )
  select brief.* from public.realtime_events e
  join wanted w on w.id = e.id
  cross join lateral jsonb_populate_record(e, jsonb_build_object('payload',
    case when e.payload ? 'frames' then (e.payload - 'vote') || no_evidence else e.payload end)) brief
  where e.tenant_id = p_tenant_id
  order by e.seq desc;
end
$$;
