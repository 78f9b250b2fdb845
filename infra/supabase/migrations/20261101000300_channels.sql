-- Private realtime channels: `tenant:<id>:<epoch>` for people, `site:<id>:<epoch>` for the edge box of a site.
-- Written by: triggers here. Read by: whoever app.readable_topics() names. Presence is the only thing clients send.
-- A channel's authorisation is cached for its connection, so a revocation changes the epoch: what follows goes to a
-- channel that the revoked member cannot join.

create function app.tenant_channel(p_tenant_id uuid, p_epoch integer) returns text
language sql immutable set search_path = ''
as $$ select 'tenant:' || p_tenant_id || ':' || p_epoch $$;

create function app.site_channel(p_site_id uuid, p_epoch integer) returns text
language sql immutable set search_path = ''
as $$ select 'site:' || p_site_id || ':' || p_epoch $$;

create function app.readable_topics() returns setof text
language sql stable security definer set search_path = ''
as $$
  select case when m.role = 'edge' then app.site_channel(m.site_id, s.epoch) else app.tenant_channel(m.tenant_id, s.epoch) end
  from public.user_tenants m join app.tenant_seq s on s.tenant_id = m.tenant_id
  where m.user_id = (select app.user_id()) and m.active
$$;

create function app.presence_topics() returns setof text
language sql stable security definer set search_path = ''
as $$
  select app.tenant_channel(m.tenant_id, s.epoch)
  from public.user_tenants m join app.tenant_seq s on s.tenant_id = m.tenant_id
  where m.user_id = (select app.user_id()) and m.active and m.role <> 'edge'
$$;

create function app.current_topic(p_tenant_id uuid) returns text
language sql stable security definer set search_path = ''
as $$
  select case when m.role = 'edge' then app.site_channel(m.site_id, s.epoch) else app.tenant_channel(m.tenant_id, s.epoch) end
  from public.user_tenants m join app.tenant_seq s on s.tenant_id = m.tenant_id
  where m.tenant_id = p_tenant_id and m.user_id = (select app.user_id()) and m.active
$$;
grant execute on function app.readable_topics(), app.presence_topics(), app.current_topic(uuid) to authenticated;

-- The channel to join for a tenant, or null for whoever may join none.
create function public.tenant_topic(p_tenant_id uuid) returns text
language sql stable security invoker set search_path = ''
as $$ select app.current_topic(p_tenant_id) $$;
revoke execute on function public.tenant_topic(uuid) from public, anon;
grant execute on function public.tenant_topic(uuid) to authenticated;

-- The version of the register that a copy read now will have at least; null for whoever does not belong there.
create function app.register_version(p_tenant_id uuid) returns bigint
language sql stable security definer set search_path = ''
as $$
  select s.register_version from app.tenant_seq s
  where s.tenant_id = p_tenant_id and s.tenant_id in (select app.visible_tenants())
$$;
grant execute on function app.register_version(uuid) to authenticated;

create function public.register_version(p_tenant_id uuid) returns bigint
language sql stable security invoker set search_path = ''
as $$ select app.register_version(p_tenant_id) $$;
revoke execute on function public.register_version(uuid) from public, anon;
grant execute on function public.register_version(uuid) to authenticated;

create policy portero_read on realtime.messages for select to authenticated
  using ((select realtime.topic()) in (select app.readable_topics()));
create policy portero_presence on realtime.messages for insert to authenticated
  with check (extension = 'presence' and (select realtime.topic()) in (select app.presence_topics()));

-- Every message reads the epoch under the tenant's lock: none can reach the old channel after a revocation has committed.
create function app.locked_epoch(p_tenant_id uuid) returns integer
language sql volatile security definer set search_path = ''
as $$ select epoch from app.tenant_seq where tenant_id = p_tenant_id for update $$;

create function app.announce_event() returns trigger
language plpgsql security definer set search_path = ''
as $$
begin
  perform realtime.send(to_jsonb(new), 'realtime_event', app.tenant_channel(new.tenant_id, app.locked_epoch(new.tenant_id)), true);
  return null;
end
$$;
create trigger announce_event after insert on public.realtime_events for each row execute function app.announce_event();

create function app.announce_gate_command() returns trigger
language plpgsql security definer set search_path = ''
as $$
declare
  epoch constant integer := app.locked_epoch(new.tenant_id);
begin
  if tg_op = 'INSERT' then
    perform realtime.send(to_jsonb(new), 'gate_command', app.site_channel(new.site_id, epoch), true);
  end if;
  perform realtime.send(to_jsonb(new), 'gate_command', app.tenant_channel(new.tenant_id, epoch), true);
  return null;
end
$$;
create trigger announce_gate_command after insert or update on public.gate_commands for each row execute function app.announce_gate_command();

create function app.announce_site_status() returns trigger
language plpgsql security definer set search_path = ''
as $$
begin
  perform realtime.send(to_jsonb(new), 'site_status', app.tenant_channel(new.tenant_id, app.locked_epoch(new.tenant_id)), true);
  return null;
end
$$;
create trigger announce_site_status after insert or update on public.site_status for each row execute function app.announce_site_status();

-- The register's version grows with each change that decides who may enter; edges compare it and are told at once.
create function app.bump_register() returns trigger
language plpgsql security definer set search_path = ''
as $$
declare
  changed record;
  site record;
begin
  for changed in
    select distinct tenant_id from (select * from changed_rows) r
  loop
    update app.tenant_seq s set register_version = register_version + 1 where s.tenant_id = changed.tenant_id;
    for site in
      select st.id, s.epoch, s.register_version from public.sites st
      join app.tenant_seq s on s.tenant_id = st.tenant_id where st.tenant_id = changed.tenant_id
    loop
      perform realtime.send(jsonb_build_object('register_version', site.register_version), 'register_changed',
        app.site_channel(site.id, site.epoch), true);
    end loop;
  end loop;
  return null;
end
$$;

do $$
declare
  t text;
begin
  foreach t in array array['units', 'residents', 'vehicles', 'visitor_passes', 'deny_list', 'gates', 'cameras', 'camera_credentials'] loop
    execute format('create trigger bump_register_insert after insert on public.%I referencing new table as changed_rows for each statement execute function app.bump_register()', t);
    execute format('create trigger bump_register_update after update on public.%I referencing new table as changed_rows for each statement execute function app.bump_register()', t);
    execute format('create trigger bump_register_delete after delete on public.%I referencing old table as changed_rows for each statement execute function app.bump_register()', t);
  end loop;
end
$$;

-- Hours are judged in the tenant's time zone, plates by its country: both are part of the register.
create function app.bump_register_of_tenant() returns trigger
language plpgsql security definer set search_path = ''
as $$
begin
  update app.tenant_seq set register_version = register_version + 1 where tenant_id = new.id;
  return null;
end
$$;
create trigger bump_register after update of country, time_zone on public.tenants
  for each row execute function app.bump_register_of_tenant();

-- Any change of a membership but its name moves the tenant to new channels; the old ones are told where to ask.
create function app.change_epoch() returns trigger
language plpgsql security definer set search_path = ''
as $$
declare
  old_epoch constant integer := app.locked_epoch(old.tenant_id);
  site record;
begin
  update app.tenant_seq set epoch = epoch + 1 where tenant_id = old.tenant_id;
  perform realtime.send('{}', 'topic_changed', app.tenant_channel(old.tenant_id, old_epoch), true);
  for site in select id from public.sites where tenant_id = old.tenant_id loop
    perform realtime.send('{}', 'topic_changed', app.site_channel(site.id, old_epoch), true);
  end loop;
  return null;
end
$$;
create trigger change_epoch_update after update on public.user_tenants for each row
  when (old.role <> new.role or old.active <> new.active or old.site_id is distinct from new.site_id)
  execute function app.change_epoch();
create trigger change_epoch_delete after delete on public.user_tenants for each row execute function app.change_epoch();

-- Every few seconds, and at once when a gate moves: the worker says how its site is and hears the database's clock,
-- its channel, the register's version and the commands that a lost message would have hidden.
create function app.site_heartbeat(p_site_id uuid, p_status jsonb) returns jsonb
language plpgsql security definer set search_path = ''
as $$
declare
  my_tenant uuid;
  counter app.tenant_seq;
begin
  select e.tenant_id into my_tenant from app.edge_sites() e where e.site_id = p_site_id;
  if not found then
    raise exception 'no such site' using errcode = 'PT404';
  end if;
  insert into public.site_status (tenant_id, site_id, reported_at, status)
  values (my_tenant, p_site_id, clock_timestamp(), p_status)
  on conflict (tenant_id, site_id) do update set reported_at = excluded.reported_at, status = excluded.status;
  update public.gate_commands set status = 'expired'
    where tenant_id = my_tenant and site_id = p_site_id and status = 'requested'
      and expires_at < clock_timestamp() - interval '2 seconds';
  select * into counter from app.tenant_seq where tenant_id = my_tenant;
  return jsonb_build_object(
    'server_time', clock_timestamp(),
    'topic', app.site_channel(p_site_id, counter.epoch),
    'register_version', counter.register_version,
    'commands', coalesce((
      select jsonb_agg(to_jsonb(c) order by c.requested_at) from public.gate_commands c
      where c.tenant_id = my_tenant and c.site_id = p_site_id and c.status = 'requested' and c.expires_at > clock_timestamp()
    ), '[]'));
end
$$;
grant execute on function app.site_heartbeat(uuid, jsonb) to authenticated;

create function public.site_heartbeat(p_site_id uuid, p_status jsonb) returns jsonb
language sql security invoker set search_path = ''
as $$ select app.site_heartbeat(p_site_id, p_status) $$;
revoke execute on function public.site_heartbeat(uuid, jsonb) from public, anon;
grant execute on function public.site_heartbeat(uuid, jsonb) to authenticated;

-- The second transport: the same rows by postgres_changes, for projects whose policies on realtime.messages are not ours to make.
alter publication supabase_realtime add table public.realtime_events, public.gate_commands, public.site_status;

-- Postgres lets everyone call a new function; who may is said above.
revoke execute on all functions in schema app from public;
