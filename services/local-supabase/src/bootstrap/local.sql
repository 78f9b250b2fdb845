-- What only this program has. Not exposed over REST; postgres can't enter.
create schema if not exists _local authorization supabase_admin;

-- Mails that Auth would have sent, for the page that shows them.
create table if not exists _local.mails (
  id bigint generated always as identity primary key,
  sent_at timestamptz not null default now(),
  recipient text not null,
  subject text not null,
  link text not null,
  otp text not null
);
grant usage on schema _local to supabase_auth_admin;
grant select, insert, delete on _local.mails to supabase_auth_admin;
