import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseBinding } from "./bindings.ts";
import { RealtimeError } from "./errors.ts";
import { parseJoin } from "./join-config.ts";

describe("parseJoin", () => {
  it("counts what is missing or of another type as not asked for", () => {
    expect(
      parseJoin({ config: { private: "yes", broadcast: [], presence: { key: 1 } } }),
    ).toMatchObject({
      isPrivate: false,
      acknowledges: false,
      echoes: false,
      presenceEnabled: false,
      bindings: [],
      accessToken: undefined,
      replay: undefined,
    });
  });

  it("gives each binding an id of its own that stays the same from join to join", () => {
    const config = { postgres_changes: [{ event: "*" }, { event: "*" }, { event: "INSERT" }] };
    const ids = parseJoin({ config }).bindings.map(({ id }) => id);
    expect(new Set(ids).size).toBe(3);
    expect(ids.every((id) => id > 0)).toBe(true);
    expect(parseJoin({ config }).bindings.map(({ id }) => id)).toEqual(ids);
  });

  it.each([
    [{ since: 1 }, { sinceMs: 1, limit: 25 }],
    [
      { since: 1, limit: 3 },
      { sinceMs: 1, limit: 3 },
    ],
    [
      { since: 1, limit: 1000 },
      { sinceMs: 1, limit: 25 },
    ],
    [{ since: "yesterday" }, "invalid"],
    [{ since: 1e300 }, "invalid"],
    ["all", "invalid"],
  ])("reads the replay %j", (replay, expected) => {
    expect(parseJoin({ config: { broadcast: { replay } } }).replay).toEqual(expected);
  });

  it("takes an API key for no token", () => {
    expect(parseJoin({ access_token: "sb_publishable_x" }).accessToken).toBeUndefined();
    expect(parseJoin({ user_token: "a.b.c" }).accessToken).toBe("a.b.c");
  });

  it("takes any payload, and any binding is read or refused with Supabase's code", () => {
    const some = fc.oneof(
      fc.jsonValue({ maxDepth: 1 }),
      fc.constantFrom("*", "public", "INSERT", "id=eq.1"),
    );
    const binding = fc.record(
      { event: some, schema: some, table: some, filter: some, select: some },
      { requiredKeys: [] },
    );
    const config = fc.record({
      broadcast: some,
      presence: some,
      private: some,
      postgres_changes: fc.array(fc.oneof(binding, some)),
    });
    fc.assert(
      fc.property(fc.oneof(config, some), (value) => {
        for (const { params } of parseJoin({ config: value }).bindings) {
          try {
            parseBinding(params);
          } catch (error) {
            expect(error).toBeInstanceOf(RealtimeError);
          }
        }
      }),
      { numRuns: 10_000 },
    );
  });
});
