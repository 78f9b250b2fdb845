-- On hosted Supabase postgres may write policies, triggers and comments on the tables of auth, storage and realtime, and
-- nothing else there. Postgres allows policies to owners only, hence the memberships in roles.sql; here they are
-- narrowed again, so that a migration fails here with the message that it would fail with there.
create or replace function _local.guard_foreign_schemas() returns event_trigger
language plpgsql security definer set search_path = '' as $$
declare
  change record;
begin
  if session_user <> 'postgres' then
    return;
  end if;
  for change in
    select * from pg_catalog.pg_event_trigger_ddl_commands()
    where schema_name in ('auth', 'storage', 'realtime')
      and command_tag not in ('CREATE POLICY', 'ALTER POLICY', 'CREATE TRIGGER', 'COMMENT', 'GRANT', 'REVOKE')
  loop
    raise exception using
      errcode = '42501',
      message = case
        when change.command_tag like 'CREATE%' then format('permission denied for schema %s', change.schema_name)
        else format('must be owner of %s %s', change.object_type, split_part(change.object_identity, '.', 2))
      end;
  end loop;
end
$$;

create or replace function _local.guard_foreign_drops() returns event_trigger
language plpgsql security definer set search_path = '' as $$
declare
  dropped record;
begin
  if session_user <> 'postgres' then
    return;
  end if;
  for dropped in
    select * from pg_catalog.pg_event_trigger_dropped_objects()
    where original and schema_name in ('auth', 'storage', 'realtime') and object_type not in ('policy', 'trigger')
  loop
    raise exception using
      errcode = '42501',
      message = format('must be owner of %s %s', dropped.object_type, dropped.object_name);
  end loop;
end
$$;

drop event trigger if exists guard_foreign_schemas;
create event trigger guard_foreign_schemas on ddl_command_end execute function _local.guard_foreign_schemas();
drop event trigger if exists guard_foreign_drops;
create event trigger guard_foreign_drops on sql_drop execute function _local.guard_foreign_drops();
