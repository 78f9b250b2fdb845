-- The end of one shift and the beginning of the next, as events: who hands over with what note and what is open, and
-- who takes over. Written by: hand_over and take_over, in the name of whoever asks. Read by: whoever reads events.

-- An event that a person makes at a desk, signed with who it was. Only for functions that have judged the caller's right.
create function app.record_signed_event(
  p_tenant_id uuid, p_event_type text, p_payload jsonb, p_site_id uuid default null, p_gate_id uuid default null
) returns uuid
language sql security definer set search_path = ''
as $$
  insert into public.realtime_events (tenant_id, id, event_type, site_id, gate_id, occurred_at, payload)
  values (p_tenant_id, gen_random_uuid(), p_event_type, p_site_id, p_gate_id, clock_timestamp(), p_payload || jsonb_build_object(
    'by', app.user_id(),
    'by_name', (select display_name from public.user_tenants where tenant_id = p_tenant_id and user_id = app.user_id())))
  returning id
$$;
revoke execute on function app.record_signed_event(uuid, text, jsonb, uuid, uuid) from public;

create function app.hand_over(p_tenant_id uuid, p_note text) returns uuid
language plpgsql security definer set search_path = ''
as $$
begin
  if p_tenant_id not in (select app.tenants_as('owner', 'admin', 'guard')) then
    raise exception 'no such tenant' using errcode = 'PT404';
  end if;
  return app.record_signed_event(p_tenant_id, 'shift_handed_over', jsonb_build_object(
    'note', left(btrim(p_note), 1000),
    'waiting', (select count(*) from app.unanswered_alerts() a where a.tenant_id = p_tenant_id),
    'gates', coalesce((
      select jsonb_agg(jsonb_build_object('gate_id', g.id, 'mode', g.mode) order by g.name)
      from public.gates g where g.tenant_id = p_tenant_id and g.mode <> 'normal'), '[]')));
end
$$;

-- The first one takes it; asked again it answers with the event there is.
create function app.take_over(p_tenant_id uuid, p_handover_event_id uuid) returns uuid
language plpgsql security definer set search_path = ''
as $$
declare
  handover public.realtime_events;
  made uuid;
begin
  if p_tenant_id not in (select app.tenants_as('owner', 'admin', 'guard')) then
    raise exception 'no such hand-over' using errcode = 'PT404';
  end if;
  perform 1 from app.tenant_seq where tenant_id = p_tenant_id for update;
  select * into handover from public.realtime_events
    where tenant_id = p_tenant_id and id = p_handover_event_id and event_type = 'shift_handed_over';
  if not found then
    raise exception 'no such hand-over' using errcode = 'PT404';
  end if;
  select id into made from public.realtime_events
    where tenant_id = p_tenant_id and event_type = 'shift_taken_over' and seq > handover.seq
      and payload ->> 'handover_event_id' = p_handover_event_id::text;
  if found then
    return made;
  end if;
  return app.record_signed_event(p_tenant_id, 'shift_taken_over',
    jsonb_build_object('handover_event_id', p_handover_event_id));
end
$$;
revoke execute on function app.hand_over(uuid, text), app.take_over(uuid, uuid) from public;
grant execute on function app.hand_over(uuid, text), app.take_over(uuid, uuid) to authenticated;

create function public.hand_over(p_tenant_id uuid, p_note text) returns uuid
language sql security invoker set search_path = ''
as $$ select app.hand_over(p_tenant_id, p_note) $$;
create function public.take_over(p_tenant_id uuid, p_handover_event_id uuid) returns uuid
language sql security invoker set search_path = ''
as $$ select app.take_over(p_tenant_id, p_handover_event_id) $$;
revoke execute on function public.hand_over(uuid, text), public.take_over(uuid, uuid) from public, anon;
grant execute on function public.hand_over(uuid, text), public.take_over(uuid, uuid) to authenticated;
