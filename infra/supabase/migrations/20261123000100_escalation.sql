-- What waits too long is told again and to more people: an `alert_escalated` event a stage, made by `gateway`, which
-- asks every second. Derived from the rows alone, so it survives any restart; the event's id is made of alert and stage,
-- so two gateways tell it once. Written by: the service role. Read by: whoever reads events.

create index realtime_events_alerting on public.realtime_events (occurred_at)
  where event_type in ('unknown_vehicle', 'access_denied', 'vehicle_without_plate') and not is_late;
create index realtime_events_by_alert on public.realtime_events (tenant_id, (payload ->> 'alert_event_id'))
  where payload ? 'alert_event_id';

-- Alerts that nobody has answered, and since when nobody holds them: after half an hour they are history.
create function app.unanswered_alerts() returns table (
  tenant_id uuid, id uuid, seq bigint, site_id uuid, gate_id uuid, camera_id uuid, free_since timestamptz
)
language sql stable set search_path = ''
as $$
  select a.tenant_id, a.id, a.seq, a.site_id, a.gate_id, a.camera_id, greatest(a.created_at, c.expires_at)
  from public.realtime_events a
  left join public.alert_claims c on c.tenant_id = a.tenant_id and c.event_id = a.id
  where a.event_type in ('unknown_vehicle', 'access_denied', 'vehicle_without_plate') and not a.is_late
    and a.occurred_at > now() - interval '30 minutes'
    and not exists (
      select 1 from public.realtime_events e
      where e.tenant_id = a.tenant_id and e.payload ? 'alert_event_id' and e.payload ->> 'alert_event_id' = a.id::text
        and e.event_type in ('gate_opened', 'entry_refused', 'vehicle_left')
    )
    and not exists (
      select 1 from public.gate_commands g
      where g.tenant_id = a.tenant_id and g.alert_event_id = a.id and g.status not in ('rejected', 'expired', 'unreachable')
    )
$$;

-- Stage 1 after 30 s: it sounds again. 2 after 60 s: every guard on duty. 3 after 120 s: the administration.
-- An alert that missed stages (no gateway ran) is told the highest one only. Returns how many were told.
create function app.escalate_alerts() returns integer
language plpgsql security definer set search_path = ''
as $$
declare
  waits constant interval[] := array['30 seconds', '60 seconds', '120 seconds'];
  due record;
  digest text;
  made integer;
  told integer := 0;
begin
  for due in
    select a.*, s.stage from app.unanswered_alerts() a
    cross join lateral (
      select max(n) as stage from generate_subscripts(waits, 1) n where clock_timestamp() - a.free_since >= waits[n]
    ) s
    where s.stage is not null and not exists (
      select 1 from public.realtime_events e
      where e.tenant_id = a.tenant_id and e.payload ? 'alert_event_id' and e.payload ->> 'alert_event_id' = a.id::text
        and e.event_type = 'alert_escalated' and (e.payload ->> 'stage')::integer >= s.stage
    )
    order by a.tenant_id, a.seq
  loop
    digest := md5(due.id || ' escalated ' || due.stage);
    insert into public.realtime_events (tenant_id, id, event_type, site_id, gate_id, camera_id, occurred_at, payload)
    values (due.tenant_id, overlay(overlay(digest placing '8' from 13) placing 'a' from 17)::uuid, 'alert_escalated',
      due.site_id, due.gate_id, due.camera_id, clock_timestamp(),
      jsonb_build_object('alert_event_id', due.id, 'stage', due.stage));
    get diagnostics made = row_count;
    told := told + made;
  end loop;
  return told;
end
$$;
revoke execute on function app.unanswered_alerts(), app.escalate_alerts() from public;
grant execute on function app.escalate_alerts() to service_role;

create function public.escalate_alerts() returns integer
language sql security invoker set search_path = ''
as $$ select app.escalate_alerts() $$;
revoke execute on function public.escalate_alerts() from public, anon, authenticated;
grant execute on function public.escalate_alerts() to service_role;
