-- A list of houses, people and vehicles goes into the register in one transaction, all of it or nothing.
-- Written by: whoever may write those tables; this function has the caller's own rights and adds none.
-- What the list changes was planned on the caller's screen. An entry that somebody has changed since refuses the whole.

create function public.import_register(p_tenant_id uuid, p_batch jsonb) returns jsonb
language plpgsql security invoker set search_path = '' set statement_timeout = '60s'
as $$
declare
  units integer;
  residents integer;
  vehicles integer;
  changed integer;
  asked constant integer := jsonb_array_length(p_batch -> 'changed_units')
    + jsonb_array_length(p_batch -> 'changed_residents') + jsonb_array_length(p_batch -> 'changed_vehicles');
  found_rows integer := 0;
begin
  insert into public.units (tenant_id, id, name, notes)
  select p_tenant_id, n.id, n.name, n.notes
  from jsonb_to_recordset(p_batch -> 'new_units') n (id uuid, name text, notes text);
  get diagnostics units = row_count;

  insert into public.residents (tenant_id, id, unit_id, full_name, phone, email)
  select p_tenant_id, n.id, n.unit_id, n.full_name, n.phone, n.email
  from jsonb_to_recordset(p_batch -> 'new_residents') n (id uuid, unit_id uuid, full_name text, phone text, email text);
  get diagnostics residents = row_count;

  insert into public.vehicles (tenant_id, id, resident_id, plate, description)
  select p_tenant_id, n.id, n.resident_id, n.plate, n.description
  from jsonb_to_recordset(p_batch -> 'new_vehicles') n (id uuid, resident_id uuid, plate text, description text);
  get diagnostics vehicles = row_count;

  update public.units u set notes = n.notes
  from jsonb_to_recordset(p_batch -> 'changed_units') n (id uuid, updated_at timestamptz, notes text)
  where u.tenant_id = p_tenant_id and u.id = n.id and u.updated_at = n.updated_at;
  get diagnostics changed = row_count;
  found_rows := found_rows + changed;

  update public.residents r set phone = n.phone, email = n.email
  from jsonb_to_recordset(p_batch -> 'changed_residents') n (id uuid, updated_at timestamptz, phone text, email text)
  where r.tenant_id = p_tenant_id and r.id = n.id and r.updated_at = n.updated_at;
  get diagnostics changed = row_count;
  found_rows := found_rows + changed;

  update public.vehicles v set description = n.description
  from jsonb_to_recordset(p_batch -> 'changed_vehicles') n (id uuid, updated_at timestamptz, description text)
  where v.tenant_id = p_tenant_id and v.id = n.id and v.updated_at = n.updated_at;
  get diagnostics changed = row_count;
  found_rows := found_rows + changed;

  if found_rows is distinct from asked then
    raise exception 'the register has changed since the list was compared with it' using errcode = 'PT409';
  end if;
  return jsonb_build_object('units', units, 'residents', residents, 'vehicles', vehicles, 'changed', found_rows);
end
$$;
revoke execute on function public.import_register(uuid, jsonb) from public, anon;
grant execute on function public.import_register(uuid, jsonb) to authenticated;
