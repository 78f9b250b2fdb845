-- A claim is a lease: whoever takes an alert holds it for a minute and renews it while it is in hand; others see who.
-- Written by: claim_alert and release_alert, in the name of whoever asks. Read by: the tenant's people.
-- It never keeps anybody from answering: one opening an alert is gate_commands' own rule.

alter table public.alert_claims
  add column claimed_by_name text not null default '' check (char_length(claimed_by_name) <= 120),
  add column expires_at timestamptz not null default clock_timestamp() + interval '60 seconds';
comment on column public.alert_claims.expires_at is 'Until then the alert is somebody''s; released early, it is the time of the release. Escalation counts from here.';

drop policy alert_claims_insert on public.alert_claims;
drop policy alert_claims_delete on public.alert_claims;
revoke insert, delete on public.alert_claims from authenticated;

-- Takes an alert that nobody holds, or renews one's own claim; answers with the claim as it stands, whoever's it is.
create function app.claim_alert(p_tenant_id uuid, p_alert_event_id uuid) returns public.alert_claims
language plpgsql security definer set search_path = ''
as $$
declare
  me constant uuid := app.user_id();
  claim public.alert_claims;
begin
  if p_tenant_id not in (select app.tenants_as('owner', 'admin', 'guard'))
    or not exists (select 1 from public.realtime_events where tenant_id = p_tenant_id and id = p_alert_event_id) then
    raise exception 'no such alert' using errcode = 'PT404';
  end if;
  insert into public.alert_claims as c (tenant_id, event_id, claimed_by, claimed_by_name, claimed_at)
  values (p_tenant_id, p_alert_event_id, me,
    (select display_name from public.user_tenants where tenant_id = p_tenant_id and user_id = me), clock_timestamp())
  on conflict (tenant_id, event_id) do update set
    claimed_by = excluded.claimed_by, claimed_by_name = excluded.claimed_by_name, expires_at = excluded.expires_at,
    claimed_at = case when c.claimed_by = me and c.expires_at > clock_timestamp() then c.claimed_at else excluded.claimed_at end
    where c.claimed_by = me or c.expires_at <= clock_timestamp()
  returning * into claim;
  if not found then
    select * into claim from public.alert_claims where tenant_id = p_tenant_id and event_id = p_alert_event_id;
  end if;
  return claim;
end
$$;

-- Gives one's own claim back; saying it twice, or for somebody else's, changes nothing.
create function app.release_alert(p_tenant_id uuid, p_alert_event_id uuid) returns boolean
language plpgsql security definer set search_path = ''
as $$
begin
  if p_tenant_id not in (select app.tenants_as('owner', 'admin', 'guard')) then
    raise exception 'no such alert' using errcode = 'PT404';
  end if;
  update public.alert_claims set expires_at = clock_timestamp()
    where tenant_id = p_tenant_id and event_id = p_alert_event_id
      and claimed_by = (select app.user_id()) and expires_at > clock_timestamp();
  return found;
end
$$;
revoke execute on function app.claim_alert(uuid, uuid), app.release_alert(uuid, uuid) from public;
grant execute on function app.claim_alert(uuid, uuid), app.release_alert(uuid, uuid) to authenticated;

create function public.claim_alert(p_tenant_id uuid, p_alert_event_id uuid) returns public.alert_claims
language sql security invoker set search_path = ''
as $$ select app.claim_alert(p_tenant_id, p_alert_event_id) $$;
create function public.release_alert(p_tenant_id uuid, p_alert_event_id uuid) returns boolean
language sql security invoker set search_path = ''
as $$ select app.release_alert(p_tenant_id, p_alert_event_id) $$;
revoke execute on function public.claim_alert(uuid, uuid), public.release_alert(uuid, uuid) from public, anon;
grant execute on function public.claim_alert(uuid, uuid), public.release_alert(uuid, uuid) to authenticated;

create function app.announce_claim() returns trigger
language plpgsql security definer set search_path = ''
as $$
begin
  perform realtime.send(to_jsonb(new), 'alert_claim', app.tenant_channel(new.tenant_id, app.locked_epoch(new.tenant_id)), true);
  return null;
end
$$;
revoke execute on function app.announce_claim() from public;
create trigger announce_claim after insert or update on public.alert_claims for each row execute function app.announce_claim();

alter publication supabase_realtime add table public.alert_claims;
