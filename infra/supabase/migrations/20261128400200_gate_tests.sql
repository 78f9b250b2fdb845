-- What a person saw at the gate when it was tested, and what may stand in a camera's settings.
-- Written by: record_gate_test (owners, admins, guards); owners and admins (cameras). Read by: whoever reads gates.

alter table public.gates add column tested jsonb check (jsonb_typeof(tested) = 'object' and pg_column_size(tested) < 1024);
comment on column public.gates.tested is 'The last test of this actuator: {"command_id", "moved", "at", "by", "by_name"}; null after it was changed.';

-- The pulse itself goes the guards' way, by gate_commands: this only says what was seen.
create function app.record_gate_test(p_tenant_id uuid, p_command_id uuid, p_moved boolean) returns boolean
language plpgsql security definer set search_path = ''
as $$
declare
  command public.gate_commands;
begin
  select * into command from public.gate_commands
    where tenant_id = p_tenant_id and id = p_command_id and p_tenant_id in (select app.tenants_as('owner', 'admin', 'guard'));
  if not found then
    raise exception 'no such command' using errcode = 'PT404';
  end if;
  update public.gates set tested = jsonb_build_object(
      'command_id', command.id,
      'moved', p_moved,
      'at', clock_timestamp(),
      'by', app.user_id(),
      'by_name', (select display_name from public.user_tenants where tenant_id = p_tenant_id and user_id = app.user_id()))
    where tenant_id = p_tenant_id and id = command.gate_id;
  return p_moved;
end
$$;
revoke execute on function app.record_gate_test(uuid, uuid, boolean) from public;
grant execute on function app.record_gate_test(uuid, uuid, boolean) to authenticated;

create function public.record_gate_test(p_tenant_id uuid, p_command_id uuid, p_moved boolean) returns boolean
language sql security invoker set search_path = ''
as $$ select app.record_gate_test(p_tenant_id, p_command_id, p_moved) $$;
revoke execute on function public.record_gate_test(uuid, uuid, boolean) from public, anon;
grant execute on function public.record_gate_test(uuid, uuid, boolean) to authenticated;

create function app.forget_gate_test() returns trigger
language plpgsql set search_path = ''
as $$
begin
  new.tested := null;
  return new;
end
$$;
revoke execute on function app.forget_gate_test() from public;
create trigger forget_gate_test before update on public.gates for each row
  when (old.actuator <> new.actuator) execute function app.forget_gate_test();

-- {"zone": {"leftShare", "topShare", "widthShare", "heightShare"}, "masks": [[[x, y], …], …]}, all in shares of the frame.
-- A mask that the site cannot read would hide nothing: it is refused here.
create function app.is_share(p_value jsonb) returns boolean
language sql immutable set search_path = ''
as $$
  select case when jsonb_typeof(p_value) = 'number' then p_value::text::numeric between 0 and 1 else false end
$$;

create function app.is_zone(p_zone jsonb) returns boolean
language sql immutable set search_path = ''
as $$
  select jsonb_typeof(p_zone) = 'object'
    and coalesce(app.is_share(p_zone -> 'leftShare') and app.is_share(p_zone -> 'topShare')
      and app.is_share(p_zone -> 'widthShare') and app.is_share(p_zone -> 'heightShare'), false)
$$;

create function app.is_mask(p_mask jsonb) returns boolean
language plpgsql immutable set search_path = ''
as $$
declare
  corner jsonb;
begin
  if jsonb_typeof(p_mask) <> 'array' or jsonb_array_length(p_mask) not between 3 and 16 then
    return false;
  end if;
  for corner in select * from jsonb_array_elements(p_mask) loop
    if jsonb_typeof(corner) <> 'array' or jsonb_array_length(corner) <> 2
      or not app.is_share(corner -> 0) or not app.is_share(corner -> 1) then
      return false;
    end if;
  end loop;
  return true;
end
$$;

create function app.is_camera_settings(p_settings jsonb) returns boolean
language plpgsql immutable set search_path = ''
as $$
declare
  masks constant jsonb := coalesce(p_settings -> 'masks', '[]');
  mask jsonb;
begin
  if p_settings ? 'zone' and not app.is_zone(p_settings -> 'zone') then
    return false;
  end if;
  if jsonb_typeof(masks) <> 'array' or jsonb_array_length(masks) > 12 then
    return false;
  end if;
  for mask in select * from jsonb_array_elements(masks) loop
    if not app.is_mask(mask) then
      return false;
    end if;
  end loop;
  return true;
end
$$;
revoke execute on function app.is_share(jsonb), app.is_zone(jsonb), app.is_mask(jsonb), app.is_camera_settings(jsonb) from public;
grant execute on function app.is_share(jsonb), app.is_zone(jsonb), app.is_mask(jsonb), app.is_camera_settings(jsonb)
  to authenticated, service_role;

alter table public.cameras add constraint settings_are_a_zone_and_masks check (app.is_camera_settings(settings));
