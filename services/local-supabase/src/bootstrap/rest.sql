-- Tells REST when the schema changes, on PostgREST's channel.
create or replace function extensions.pgrst_ddl_watch() returns event_trigger
language plpgsql set search_path = '' as $$
begin
  if exists (
    select from pg_catalog.pg_event_trigger_ddl_commands()
    where schema_name is distinct from 'pg_temp'
      and command_tag ~ '^(CREATE|ALTER|GRANT|REVOKE|COMMENT)'
      and command_tag !~ '(POLICY|INDEX|PUBLICATION|SUBSCRIPTION|STATISTICS)$'
  ) then
    notify pgrst, 'reload schema';
  end if;
end
$$;

create or replace function extensions.pgrst_drop_watch() returns event_trigger
language plpgsql set search_path = '' as $$
begin
  if exists (
    select from pg_catalog.pg_event_trigger_dropped_objects()
    where not is_temporary and object_type in (
      'schema', 'table', 'foreign table', 'view', 'materialized view', 'function', 'table column', 'table constraint', 'trigger', 'type', 'rule'
    )
  ) then
    notify pgrst, 'reload schema';
  end if;
end
$$;

drop event trigger if exists pgrst_ddl_watch;
create event trigger pgrst_ddl_watch on ddl_command_end execute function extensions.pgrst_ddl_watch();
drop event trigger if exists pgrst_drop_watch;
create event trigger pgrst_drop_watch on sql_drop execute function extensions.pgrst_drop_watch();

-- What postgres may set for REST on hosted Supabase: `alter role authenticator set pgrst.db_max_rows = 500`.
grant set on parameter pgrst.db_aggregates_enabled, pgrst.db_extra_search_path, pgrst.db_max_rows, pgrst.db_plan_enabled,
  pgrst.db_pre_request, pgrst.db_schemas, pgrst.db_tx_end to postgres;
