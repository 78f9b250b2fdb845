import fc from "fast-check";
import { expect, test } from "vitest";
import { AuthError } from "./errors.ts";
import { normalAddress, safeRedirect } from "./requests.ts";

const siteUrl = "https://desk.example/app";

test.each([
  ["https://desk.example/app/invited?x=1", true],
  ["https://desk.example/", true],
  ["http://localhost:5173/", true],
  ["http://127.0.0.1:3000/reset", true],
  ["http://[::1]:3000/", true],
  ["http://desk.example/", false],
  ["https://desk.example.evil.example/", false],
  ["https://desk.example@evil.example/", false],
  ["https://evil.example/#https://desk.example", false],
  ["//evil.example", false],
  ["javascript:alert(1)//desk.example", false],
  ["data:text/html,x", false],
  ["http://localhost.evil.example/", false],
  ["", false],
  [undefined, false],
])("a link may lead to %j: %j", (wanted, isAllowed) => {
  expect(safeRedirect(wanted, siteUrl)).toBe(isAllowed ? wanted : siteUrl);
});

test("no redirect ever leaves the site and this machine", () => {
  const parts = fc.constantFrom(
    "https:",
    "http:",
    "javascript:",
    "//",
    "/",
    "\\",
    "@",
    ".",
    "#",
    "?",
    ":",
    "desk.example",
    "evil.example",
    "localhost",
    "%2e",
    "\t",
    "\n",
  );
  fc.assert(
    fc.property(fc.array(parts, { maxLength: 8 }), (pieces) => {
      const { protocol, hostname } = new URL(safeRedirect(pieces.join(""), siteUrl));
      expect(["http:", "https:"]).toContain(protocol);
      expect(["desk.example", "localhost"]).toContain(hostname);
    }),
    { numRuns: 10_000 },
  );
});

test.each([["ana@example.com"], [" ANA@Example.COM "]])("%j is an address", (text) => {
  expect(normalAddress(text)).toBe("ana@example.com");
});

test.each([
  "",
  "ana",
  "@example.com",
  "ana@",
  "a b@example.com",
  "<a@b>",
  'a"@b',
  "a@b@c",
  `${"a".repeat(255)}@b`,
  null,
  7,
  {},
])("%j is none", (text) => {
  expect(() => normalAddress(text)).toThrow(AuthError);
});
