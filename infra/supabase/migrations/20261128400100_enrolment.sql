-- How a site gets its edge box: an administrator makes a code, whoever types it on the box within a quarter of an hour
-- makes that box the site's. The box's key pair is made on the box; only its public half comes here.
-- Written by: create_enrolment_code (owners and admins), redeem_enrolment (gateway, with the service key).
-- Read by: owners and admins, without the code: nobody can read one after it was shown.

create table public.enrolment_codes (
  tenant_id uuid not null,
  id uuid not null default gen_random_uuid(),
  site_id uuid not null,
  created_by uuid not null,
  created_at timestamptz not null default clock_timestamp(),
  expires_at timestamptz not null default clock_timestamp() + interval '15 minutes',
  used_at timestamptz,
  box_name text check (char_length(box_name) <= 120),
  primary key (tenant_id, id),
  foreign key (tenant_id, site_id) references public.sites (tenant_id, id) on delete cascade
);
create index enrolment_codes_by_site on public.enrolment_codes (tenant_id, site_id, created_at);

-- Sixty random bits that are worth something for a quarter of an hour: one round of SHA-256 keeps them.
create table app.enrolment_secrets (
  tenant_id uuid not null,
  id uuid not null,
  code_hash bytea not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, id) references public.enrolment_codes (tenant_id, id) on delete cascade
);
create index enrolment_secrets_by_hash on app.enrolment_secrets (code_hash);

alter table public.enrolment_codes enable row level security;
alter table public.enrolment_codes force row level security;
revoke all on public.enrolment_codes from anon, authenticated;
grant select on public.enrolment_codes to authenticated;
create policy enrolment_codes_select on public.enrolment_codes for select to authenticated
  using (tenant_id in (select app.tenants_as('owner', 'admin')));
create trigger audit after insert or update or delete on public.enrolment_codes for each row execute function app.audit();

-- A site's key comes from its box alone: whoever could write it could have camera passwords sealed to himself.
revoke insert, update on public.sites from authenticated;
grant insert (tenant_id, id, name), update (name) on public.sites to authenticated;

-- As a person types it: without regard to case, blanks and hyphens, O for 0, I and L for 1.
create function app.enrolment_hash(p_code text) returns bytea
language sql immutable set search_path = ''
as $$
  select sha256(convert_to(translate(upper(regexp_replace(left(p_code, 64), '[^A-Za-z0-9]', '', 'g')), 'OIL', '011'), 'UTF8'))
$$;

-- Answers with the code, this once. Codes that the site had before are worth nothing any more.
create function app.create_enrolment_code(p_tenant_id uuid, p_site_id uuid) returns jsonb
language plpgsql security definer set search_path = ''
as $$
declare
  alphabet constant text := '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
  noise constant bytea := sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()));
  code text := '';
  made public.enrolment_codes;
begin
  if p_tenant_id not in (select app.tenants_as('owner', 'admin'))
    or not exists (select 1 from public.sites where tenant_id = p_tenant_id and id = p_site_id) then
    raise exception 'no such site' using errcode = 'PT404';
  end if;
  for place in 0..11 loop
    code := code || substr(alphabet, (get_byte(noise, place) & 31) + 1, 1);
  end loop;
  delete from public.enrolment_codes where tenant_id = p_tenant_id and site_id = p_site_id and used_at is null;
  insert into public.enrolment_codes (tenant_id, site_id, created_by)
    values (p_tenant_id, p_site_id, app.user_id()) returning * into made;
  insert into app.enrolment_secrets (tenant_id, id, code_hash) values (p_tenant_id, made.id, app.enrolment_hash(code));
  return jsonb_build_object(
    'code', substr(code, 1, 4) || '-' || substr(code, 5, 4) || '-' || substr(code, 9, 4),
    'expires_at', made.expires_at);
end
$$;

-- The code's row while it is good: not used, not over, and made by somebody who may still make one.
create function app.good_enrolment(p_code text) returns setof public.enrolment_codes
language sql stable security definer set search_path = ''
as $$
  select c.* from app.enrolment_secrets s
  join public.enrolment_codes c on c.tenant_id = s.tenant_id and c.id = s.id
  where s.code_hash = app.enrolment_hash(p_code) and c.used_at is null and c.expires_at > clock_timestamp()
    and exists (
      select 1 from public.user_tenants m
      where m.tenant_id = c.tenant_id and m.user_id = c.created_by and m.active and m.role in ('owner', 'admin')
    )
$$;

-- Makes this account the site's one edge box. An old, a used and an unknown code are answered alike.
create function app.redeem_enrolment(p_code text, p_user_id uuid, p_public_key text, p_box_name text) returns jsonb
language plpgsql security definer set search_path = ''
as $$
declare
  good public.enrolment_codes;
  former uuid[];
begin
  select * into good from app.good_enrolment(p_code);
  if found then
    -- Two boxes at once: the second one waits here and finds it used.
    select * into good from public.enrolment_codes c
      where c.tenant_id = good.tenant_id and c.id = good.id and c.used_at is null for update;
  end if;
  if good.id is null then
    raise exception 'this code is not good, or not any more' using errcode = 'PT404';
  end if;
  -- The record names who made the code, not the service.
  perform set_config('request.jwt.claims', jsonb_build_object('role', 'service_role', 'sub', good.created_by)::text, true);
  update public.enrolment_codes set used_at = clock_timestamp(), box_name = left(p_box_name, 120)
    where tenant_id = good.tenant_id and id = good.id;
  delete from app.enrolment_secrets where tenant_id = good.tenant_id and id = good.id;
  -- The box before this one is nobody from now on, and what was sealed to its key is lost to everybody.
  with gone as (
    delete from public.user_tenants
    where tenant_id = good.tenant_id and site_id = good.site_id and role = 'edge' returning user_id
  )
  select coalesce(array_agg(user_id), '{}') into former from gone;
  delete from public.camera_credentials cc using public.cameras c
    where c.tenant_id = good.tenant_id and c.site_id = good.site_id
      and cc.tenant_id = c.tenant_id and cc.camera_id = c.id;
  update public.sites set public_key = p_public_key where tenant_id = good.tenant_id and id = good.site_id;
  insert into public.user_tenants (tenant_id, user_id, role, site_id, display_name)
    values (good.tenant_id, p_user_id, 'edge', good.site_id, coalesce(nullif(left(p_box_name, 120), ''), 'edge'));
  return jsonb_build_object(
    'tenant_id', good.tenant_id,
    'site_id', good.site_id,
    'tenant_name', (select name from public.tenants where id = good.tenant_id),
    'site_name', (select name from public.sites where tenant_id = good.tenant_id and id = good.site_id),
    'former_user_ids', to_jsonb(former));
end
$$;

revoke execute on function app.enrolment_hash(text), app.create_enrolment_code(uuid, uuid), app.good_enrolment(text),
  app.redeem_enrolment(text, uuid, text, text) from public;
grant execute on function app.create_enrolment_code(uuid, uuid) to authenticated;
grant execute on function app.good_enrolment(text), app.redeem_enrolment(text, uuid, text, text) to service_role;

create function public.create_enrolment_code(p_tenant_id uuid, p_site_id uuid) returns jsonb
language sql security invoker set search_path = ''
as $$ select app.create_enrolment_code(p_tenant_id, p_site_id) $$;
create function public.is_enrolment_good(p_code text) returns boolean
language sql security invoker set search_path = ''
as $$ select exists (select 1 from app.good_enrolment(p_code)) $$;
create function public.redeem_enrolment(p_code text, p_user_id uuid, p_public_key text, p_box_name text) returns jsonb
language sql security invoker set search_path = ''
as $$ select app.redeem_enrolment(p_code, p_user_id, p_public_key, p_box_name) $$;
revoke execute on function public.create_enrolment_code(uuid, uuid), public.is_enrolment_good(text),
  public.redeem_enrolment(text, uuid, text, text) from public, anon, authenticated;
grant execute on function public.create_enrolment_code(uuid, uuid) to authenticated;
grant execute on function public.is_enrolment_good(text), public.redeem_enrolment(text, uuid, text, text) to service_role;

-- Credentials belong to one address: whoever sends the camera somewhere else has to type them again.
create function app.forget_moved_credentials() returns trigger
language plpgsql security definer set search_path = ''
as $$
begin
  delete from public.camera_credentials where tenant_id = new.tenant_id and camera_id = new.id;
  return null;
end
$$;
revoke execute on function app.forget_moved_credentials() from public;
create trigger forget_moved_credentials after update on public.cameras for each row
  when (old.base_url <> new.base_url or old.site_id <> new.site_id) execute function app.forget_moved_credentials();
