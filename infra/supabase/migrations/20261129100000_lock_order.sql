-- One order for people and boxes: the tenant's row in app.tenant_seq first, then what hangs on it. An event takes the counter
-- and then the command or pass that it tells of; whoever changed such a row had it before the counter, and either could wait
-- for the other for good. Postgres locks a row before its own triggers run, so the counter is taken before the statement.

-- Takes the counter of the caller's tenant. Who works for several takes none: that would tie one condominium to what is done in
-- another, and a deadlock, which Postgres finds within a second, is the lesser evil.
create function app.lock_own_tenant() returns trigger
language plpgsql security definer set search_path = ''
as $$
declare
  tenants constant uuid[] := array(select app.tenants_as('owner', 'admin', 'guard', 'edge'));
begin
  if cardinality(tenants) = 1 then
    perform app.locked_epoch(tenants[1]);
  end if;
  return null;
end
$$;
revoke execute on function app.lock_own_tenant() from public;

-- A command that is asked for again ends the one before it by an update, and only then looks at its gate.
create trigger lock_own_tenant before update on public.gate_commands
  for each statement execute function app.lock_own_tenant();
create trigger lock_own_tenant before delete on public.gates
  for each statement execute function app.lock_own_tenant();
create trigger lock_own_tenant before update or delete on public.visitor_passes
  for each statement execute function app.lock_own_tenant();
