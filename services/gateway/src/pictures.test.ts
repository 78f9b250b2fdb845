import { createGatewayStore } from "@portero/store";
import { createTenant, startProject, type TestProject } from "@portero/testing";
import { afterAll, beforeAll, expect, it } from "vitest";

let project: TestProject;
beforeAll(async () => {
  project = await startProject();
});
afterAll(() => project?.stop());

it("removes pictures when their time is over, and keeps the others", async () => {
  const { tenantId } = await createTenant(project.admin);
  const bucket = project.admin.storage.from("snapshots");
  const today = new Date().toISOString().slice(0, 10);
  const put = async (path: string) => {
    const { error } = await bucket.upload(
      `${tenantId}/${path}`,
      new Blob(["x"], { type: "image/jpeg" }),
    );
    expect(error).toBeNull();
  };
  await put("2020-01-01/old.jpg");
  await put("2020-01-01/old-plate.jpg");
  await put(`${today}/new.jpg`);
  await put("live/camera.jpg");

  const { url, publishableKey, secretKey } = project.supabase;
  const store = createGatewayStore({ supabaseUrl: url, publishableKey, secretKey });
  const { signal } = new AbortController();
  expect(await store.removeOldPictures(signal)).toBe(2);
  const names = async (folder: string) =>
    ((await bucket.list(`${tenantId}/${folder}`)).data ?? []).map(({ name }) => name);
  expect(await names("2020-01-01")).toEqual([]);
  expect(await names(today)).toEqual(["new.jpg"]);
  expect(await names("live")).toEqual(["camera.jpg"]);
  expect(await store.removeOldPictures(signal)).toBe(0);
});
