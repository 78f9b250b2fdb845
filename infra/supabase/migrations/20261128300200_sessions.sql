-- Where a person is logged in, and ending it from afar: at once, also for the token that the ended screen still holds.
-- Written by: owners and admins for their people (an admin not for owners), everybody for themselves. Read by: the same.

-- The caller's user id, or null: for anything that is not a uuid, and for a session that has been ended.
create or replace function app.user_id() returns uuid
language sql stable security definer set search_path = ''
as $$
  select case
    when auth.jwt() ->> 'sub' ~* '^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$' then (auth.jwt() ->> 'sub')::uuid
  end
  where auth.jwt() ->> 'session_id' is null or exists (
    select 1 from auth.sessions s where s.id = case
      when auth.jwt() ->> 'session_id' ~* '^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$' then (auth.jwt() ->> 'session_id')::uuid
    end)
$$;

-- Moves a tenant to new channels; the old ones are told where to ask, and whoever may not any more gets no answer.
create function app.move_channels(p_tenant_id uuid) returns void
language plpgsql security definer set search_path = ''
as $$
declare
  old_epoch constant integer := app.locked_epoch(p_tenant_id);
  site record;
begin
  update app.tenant_seq set epoch = epoch + 1 where tenant_id = p_tenant_id;
  perform realtime.send('{}', 'topic_changed', app.tenant_channel(p_tenant_id, old_epoch), true);
  for site in select id from public.sites where tenant_id = p_tenant_id loop
    perform realtime.send('{}', 'topic_changed', app.site_channel(site.id, old_epoch), true);
  end loop;
end
$$;

create or replace function app.change_epoch() returns trigger
language plpgsql security definer set search_path = ''
as $$
begin
  perform app.move_channels(old.tenant_id);
  return null;
end
$$;

create function app.may_end_sessions(p_tenant_id uuid, p_user_id uuid) returns boolean
language sql stable security definer set search_path = ''
as $$
  select exists (
    select 1 from public.user_tenants m
    where m.tenant_id = p_tenant_id and m.user_id = p_user_id and m.role <> 'edge' and (
      m.user_id = (select app.user_id())
      or m.tenant_id in (select app.tenants_as('owner'))
      or (m.role <> 'owner' and m.tenant_id in (select app.tenants_as('admin')))))
    and p_tenant_id in (select app.my_tenants())
$$;

-- [{"id", "began_at", "seen_at", "user_agent", "is_current"}], latest first.
create function app.sessions_of(p_tenant_id uuid, p_user_id uuid) returns jsonb
language plpgsql stable security definer set search_path = ''
as $$
begin
  if not app.may_end_sessions(p_tenant_id, p_user_id) then
    raise exception 'no such person' using errcode = 'PT404';
  end if;
  return coalesce((
    select jsonb_agg(jsonb_build_object(
      'id', s.id, 'began_at', s.created_at, 'seen_at', greatest(s.created_at, s.updated_at),
      'user_agent', s.user_agent, 'is_current', s.id::text = auth.jwt() ->> 'session_id')
      order by greatest(s.created_at, s.updated_at) desc)
    from auth.sessions s where s.user_id = p_user_id and (s.not_after is null or s.not_after > now())), '[]');
end
$$;

-- Ends one session, or with null every one of the person's. Returns how many ended.
create function app.end_sessions(p_tenant_id uuid, p_user_id uuid, p_session_id uuid) returns integer
language plpgsql security definer set search_path = ''
as $$
declare
  ended integer;
  tenant uuid;
begin
  if not app.may_end_sessions(p_tenant_id, p_user_id) then
    raise exception 'no such person' using errcode = 'PT404';
  end if;
  insert into public.audit_log (tenant_id, actor, actor_name, action, table_name, row_id, after)
  select p_tenant_id, app.user_id(), (
      select display_name from public.user_tenants where tenant_id = p_tenant_id and user_id = app.user_id()),
    'delete', 'sessions', s.id::text, jsonb_build_object('display_name', m.display_name)
  from auth.sessions s join public.user_tenants m on m.tenant_id = p_tenant_id and m.user_id = s.user_id
  where s.user_id = p_user_id and (p_session_id is null or s.id = p_session_id);
  delete from auth.sessions where user_id = p_user_id and (p_session_id is null or id = p_session_id);
  get diagnostics ended = row_count;
  -- A session is the person's, not the tenant's: its screens of other tenants hear of it too.
  if ended > 0 then
    for tenant in select tenant_id from public.user_tenants where user_id = p_user_id and active loop
      perform app.move_channels(tenant);
    end loop;
  end if;
  return ended;
end
$$;

revoke execute on function app.move_channels(uuid), app.may_end_sessions(uuid, uuid), app.sessions_of(uuid, uuid),
  app.end_sessions(uuid, uuid, uuid) from public;
grant execute on function app.sessions_of(uuid, uuid), app.end_sessions(uuid, uuid, uuid) to authenticated;

create function public.sessions_of(p_tenant_id uuid, p_user_id uuid) returns jsonb
language sql stable security invoker set search_path = ''
as $$ select app.sessions_of(p_tenant_id, p_user_id) $$;
create function public.end_sessions(p_tenant_id uuid, p_user_id uuid, p_session_id uuid default null) returns integer
language sql security invoker set search_path = ''
as $$ select app.end_sessions(p_tenant_id, p_user_id, p_session_id) $$;
revoke execute on function public.sessions_of(uuid, uuid), public.end_sessions(uuid, uuid, uuid) from public, anon;
grant execute on function public.sessions_of(uuid, uuid), public.end_sessions(uuid, uuid, uuid) to authenticated;
