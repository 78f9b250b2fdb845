-- Looking back: the history narrowed down, each event with what followed it, and who is inside.
-- Written by: nobody; these only read. Read by: members, each under their own rights (security invoker).

-- What followed a sighting is looked for by the name it bears in the payload; for alerts there is such an index already.
create index realtime_events_by_sighting on public.realtime_events (tenant_id, (payload ->> 'sighting_id'))
  where payload ? 'sighting_id';

-- One page before p_before_seq, newest first: what p_filter asks for, and whatever followed it, so that each event can
-- be told with its end. The filter: {"types": [..], "gate_id", "plate", "unit", "person", "from", "until"}; the plate a
-- part of one in comparison form, a place with several possible characters as a class: `A[8B]C`.
create function public.find_events(p_tenant_id uuid, p_filter jsonb, p_before_seq bigint, p_limit integer)
returns setof public.realtime_events
language plpgsql stable security invoker set search_path = ''
as $$
declare
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
  )
  select e.* from public.realtime_events e join wanted w on w.id = e.id
  where e.tenant_id = p_tenant_id
  order by e.seq desc;
end
$$;

-- Each plate whose last passage since then led in: who is inside, as far as the cameras can say. A passage is an
-- arrival, a departure, or an alert for which the gate was opened; the plate is the guard's correction where there is one.
create function public.vehicles_inside(p_tenant_id uuid, p_since timestamptz)
returns table (
  event_id uuid, plate text, entered_at timestamptz, event_type text, gate_id uuid,
  unit_name text, person_name text, opened_by text, picture text
)
language sql stable security invoker set search_path = ''
as $$
  with passages as (
    select e.id, e.occurred_at, e.event_type, e.gate_id, e.payload, e.snapshot_path,
      coalesce(corrected.plate, e.plate) as plate, opening.by_name
    from public.realtime_events e
    left join lateral (
      select c.payload ->> 'plate' as plate from public.realtime_events c
      where c.tenant_id = e.tenant_id and c.event_type = 'plate_corrected'
        and c.payload ? 'alert_event_id' and c.payload ->> 'alert_event_id' = e.id::text
      order by c.seq desc limit 1
    ) corrected on true
    left join lateral (
      select o.payload ->> 'by_name' as by_name, true as is_there from public.realtime_events o
      where o.tenant_id = e.tenant_id and o.event_type = 'gate_opened'
        and ((o.payload ? 'alert_event_id' and o.payload ->> 'alert_event_id' = e.id::text)
          or (o.payload ? 'sighting_id' and o.payload ->> 'sighting_id' = e.payload ->> 'sighting_id'))
      limit 1
    ) opening on true
    where e.tenant_id = p_tenant_id and e.occurred_at >= p_since
      and (
        e.event_type in ('resident_arrived', 'visitor_arrived', 'resident_departed', 'visitor_departed', 'vehicle_departed')
        or (e.event_type in ('unknown_vehicle', 'access_denied', 'vehicle_without_plate') and opening.is_there)
      )
  ), last as (
    select distinct on (p.plate) p.* from passages p where p.plate is not null order by p.plate, p.occurred_at desc
  )
  select l.id, l.plate, l.occurred_at, l.event_type, l.gate_id, l.payload ->> 'unit_name',
    coalesce(l.payload ->> 'resident_name', l.payload ->> 'visitor_name'), l.by_name,
    coalesce(l.payload ->> 'plate_snapshot_path', l.snapshot_path)
  from last l
  where l.event_type not in ('resident_departed', 'visitor_departed', 'vehicle_departed')
    and coalesce(l.payload ->> 'direction', 'entry') = 'entry'
  order by l.occurred_at desc
$$;

revoke execute on function public.find_events(uuid, jsonb, bigint, integer),
  public.vehicles_inside(uuid, timestamptz) from public, anon;
grant execute on function public.find_events(uuid, jsonb, bigint, integer),
  public.vehicles_inside(uuid, timestamptz) to authenticated;
