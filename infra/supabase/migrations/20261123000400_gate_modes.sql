-- How a gate is run changes with a reason and its author, as an event; the table alone no longer takes it.
-- `lockdown`: nobody is admitted automatically, a guard still may open. No actuator here can be held open: a pulse's
-- length is the device's own (safety G11), so `hold_open` is refused until one can.
-- Written by: set_gate_mode. Read by: whoever reads gates and events.

revoke update on public.gates from authenticated;
grant update (site_id, name, actuator) on public.gates to authenticated;

create function app.set_gate_mode(p_tenant_id uuid, p_gate_id uuid, p_mode text, p_reason text) returns text
language plpgsql security definer set search_path = ''
as $$
declare
  gate public.gates;
begin
  if p_tenant_id not in (select app.tenants_as('owner', 'admin', 'guard')) then
    raise exception 'no such gate' using errcode = 'PT404';
  end if;
  select * into gate from public.gates where tenant_id = p_tenant_id and id = p_gate_id for update;
  if not found then
    raise exception 'no such gate' using errcode = 'PT404';
  end if;
  if p_mode not in ('normal', 'lockdown') or btrim(p_reason) = '' then
    raise exception 'a mode that this gate can be in, and a reason' using errcode = '22023';
  end if;
  if gate.mode = p_mode then
    return p_mode;
  end if;
  update public.gates set mode = p_mode where tenant_id = p_tenant_id and id = p_gate_id;
  perform app.record_signed_event(p_tenant_id, 'gate_mode_changed', jsonb_build_object(
    'mode', p_mode, 'was', gate.mode, 'reason', left(btrim(p_reason), 200)), gate.site_id, gate.id);
  return p_mode;
end
$$;
revoke execute on function app.set_gate_mode(uuid, uuid, text, text) from public;
grant execute on function app.set_gate_mode(uuid, uuid, text, text) to authenticated;

create function public.set_gate_mode(p_tenant_id uuid, p_gate_id uuid, p_mode text, p_reason text) returns text
language sql security invoker set search_path = ''
as $$ select app.set_gate_mode(p_tenant_id, p_gate_id, p_mode, p_reason) $$;
revoke execute on function public.set_gate_mode(uuid, uuid, text, text) from public, anon;
grant execute on function public.set_gate_mode(uuid, uuid, text, text) to authenticated;
