-- What `gateway` asks of the database with the service key: whose an address is, and to admit a person.
-- The inviter's right is judged here again, so that the service key alone admits nobody.

-- Null for an address without an account; `is_member`: it belongs to some tenant, active or not.
create function app.account_of(p_email text) returns jsonb
language sql stable security definer set search_path = ''
as $$
  select jsonb_build_object('user_id', u.id, 'is_member',
    exists (select 1 from public.user_tenants m where m.user_id = u.id))
  from auth.users u where u.email = lower(p_email) limit 1
$$;

create function app.admit_member(
  p_tenant_id uuid, p_invited_by uuid, p_user_id uuid, p_email text, p_display_name text, p_role text
) returns void
language plpgsql security definer set search_path = ''
as $$
begin
  if not exists (
    select 1 from public.user_tenants
    where tenant_id = p_tenant_id and user_id = p_invited_by and active and role in ('owner', 'admin')
  ) then
    raise exception 'not allowed to invite' using errcode = '42501';
  end if;
  if exists (select 1 from public.user_tenants where tenant_id = p_tenant_id and user_id = p_user_id) then
    raise exception 'a member already' using errcode = 'PT409';
  end if;
  -- The record names who invited, not the service.
  perform set_config('request.jwt.claims', jsonb_build_object('role', 'service_role', 'sub', p_invited_by)::text, true);
  -- The table of invitations knows no other roles than those that may be given away.
  insert into public.invitations (tenant_id, email, role, display_name, invited_by)
  values (p_tenant_id, lower(p_email), p_role, p_display_name, p_invited_by);
  insert into public.user_tenants (tenant_id, user_id, role, display_name)
  values (p_tenant_id, p_user_id, p_role, p_display_name);
end
$$;
revoke execute on function app.account_of(text), app.admit_member(uuid, uuid, uuid, text, text, text) from public;
grant execute on function app.account_of(text), app.admit_member(uuid, uuid, uuid, text, text, text) to service_role;

create function public.account_of(p_email text) returns jsonb
language sql security invoker set search_path = ''
as $$ select app.account_of(p_email) $$;
create function public.admit_member(
  p_tenant_id uuid, p_invited_by uuid, p_user_id uuid, p_email text, p_display_name text, p_role text
) returns void
language sql security invoker set search_path = ''
as $$ select app.admit_member(p_tenant_id, p_invited_by, p_user_id, p_email, p_display_name, p_role) $$;
revoke execute on function public.account_of(text), public.admit_member(uuid, uuid, uuid, text, text, text)
  from public, anon, authenticated;
grant execute on function public.account_of(text), public.admit_member(uuid, uuid, uuid, text, text, text) to service_role;
