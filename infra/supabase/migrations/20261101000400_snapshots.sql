-- Pictures: `snapshots/<tenant>/<date>/<event>.jpg`, `…-plate.jpg`, and `<tenant>/live/<camera>.jpg`, overwritten.
-- Written by: the tenant's edge boxes. Read by: its people, through short-lived signed URLs.

insert into storage.buckets (id, name, public, file_size_limit, allowed_mime_types)
values ('snapshots', 'snapshots', false, 2097152, array['image/jpeg'])
on conflict (id) do nothing;

create policy snapshots_select on storage.objects for select to authenticated
  using (bucket_id = 'snapshots' and (storage.foldername(name))[1] in (select t::text from app.visible_tenants() t));
create policy snapshots_insert on storage.objects for insert to authenticated
  with check (bucket_id = 'snapshots' and (storage.foldername(name))[1] in (select e.tenant_id::text from app.edge_sites() e));
create policy snapshots_update on storage.objects for update to authenticated
  using (bucket_id = 'snapshots' and (storage.foldername(name))[1] in (select e.tenant_id::text from app.edge_sites() e))
  with check (bucket_id = 'snapshots' and (storage.foldername(name))[1] in (select e.tenant_id::text from app.edge_sites() e));
