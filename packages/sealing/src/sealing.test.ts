import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import {
  generateSiteKeyPair,
  open,
  type SealingContext,
  type SiteKeyPair,
  seal,
} from "./sealing.ts";

const context: SealingContext = { tenantId: "t1", siteId: "s1", cameraId: "c1" };
const credentials = JSON.stringify({ username: "admin", password: "contraseña—1" });

describe("sealing (X5)", () => {
  let site: SiteKeyPair;
  let sealed: string;

  beforeAll(async () => {
    site = await generateSiteKeyPair();
    sealed = await seal(site.publicKey, credentials, context);
  });

  it("opens with the site's private key what its public key sealed", async () => {
    expect(await open(site.privateKey, sealed, context)).toBe(credentials);
  });

  it("gives text that shows nothing, differs each time and fits the columns", async () => {
    expect(sealed).not.toContain("admin");
    expect(await seal(site.publicKey, credentials, context)).not.toBe(sealed);
    expect(sealed).toMatch(/^[\w.-]{16,4096}$/);
    expect(site.publicKey).toMatch(/^[\w.-]{16,512}$/);
  });

  it.each<[string, Partial<SealingContext>]>([
    ["tenant", { tenantId: "t2" }],
    ["site", { siteId: "s2" }],
    ["camera", { cameraId: "c2" }],
    ["split of the same letters", { siteId: "s1c", cameraId: "1" }],
  ])("does not open for another %s", async (_name, other) => {
    await expect(open(site.privateKey, sealed, { ...context, ...other })).rejects.toMatchObject({
      name: "SealingError",
      code: "cannot_open",
    });
  });

  it("does not open with another site's key", async () => {
    const { privateKey } = await generateSiteKeyPair();
    await expect(open(privateKey, sealed, context)).rejects.toMatchObject({ code: "cannot_open" });
  });

  it("does not open once any letter has changed", async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: sealed.length - 1 }), async (index) => {
        const letter = sealed[index] === "A" ? "B" : "A";
        const changed = sealed.slice(0, index) + letter + sealed.slice(index + 1);
        const opened = await open(site.privateKey, changed, context).catch((error) => error.code);
        expect(opened).toMatch(/^(cannot_open|malformed)$/);
      }),
      { numRuns: 60 },
    );
  });

  it.each([
    ["no key at all", "", "invalid_key"],
    ["a private key", undefined, "invalid_key"],
    ["letters that are no point of the curve", "p256-public.AAAA", "invalid_key"],
  ])("refuses to seal to %s", async (_name, key, code) => {
    await expect(seal(key ?? site.privateKey, "x", context)).rejects.toMatchObject({ code });
  });

  it.each([
    "",
    "hpke1.",
    "hpke1.AAAA",
    "hpke1.AAAA.AAAA.AAAA",
    "hpke2.AAAA.AAAA",
    "hpke1.A.A",
    "hpke1.!.!",
  ])("calls %j malformed", async (text) => {
    await expect(open(site.privateKey, text, context)).rejects.toMatchObject({ code: "malformed" });
  });

  it("never tells the key in an error", async () => {
    const error = await open(`${site.privateKey}.x`, sealed, context).catch(String);
    expect(error).not.toContain(site.privateKey.slice("p256-private.".length));
  });
});
