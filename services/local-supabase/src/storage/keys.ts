import { StorageError } from "./errors.ts";

const maxKeyLength = 1024;
const maxBucketLength = 63;
/** The characters that Supabase allows; no percent sign, backslash, control character or letter of another script. */
const safe = /^[\w!\-.*'() &$@=;:+,?]+$/;

/**
 * An object's name. Files aren't stored under it, but policies, tools and other stores read meaning into its slashes.
 * @throws {StorageError} `InvalidKey`
 */
export function checkedKey(key: unknown): string {
  const segments = typeof key === "string" && key.length <= maxKeyLength ? key.split("/") : [];
  const isSafe = (segment: string) => safe.test(segment) && segment !== "." && segment !== "..";
  if (typeof key !== "string" || segments.length === 0 || !segments.every(isSafe)) {
    throw new StorageError("InvalidKey", `Invalid key: ${String(key).slice(0, maxKeyLength)}`);
  }
  return key;
}

/** @throws {StorageError} `InvalidBucketName` */
export function checkedBucketName(name: unknown): string {
  if (typeof name !== "string" || name.length > maxBucketLength || !safe.test(name)) {
    throw new StorageError("InvalidBucketName", "Bucket name invalid");
  }
  return name;
}

const unitBytes = { b: 1, kb: 1e3, mb: 1e6, gb: 1e9 };

/** Bytes, or a text like "20MB"; null lifts the limit. @throws {StorageError} `InvalidRequest` */
export function parseSizeLimit(limit: unknown): number | null {
  if (limit === null || limit === undefined) return null;
  if (typeof limit === "number" && Number.isSafeInteger(limit) && limit >= 0) return limit;
  const text = typeof limit === "string" ? limit : "";
  const [, amount, unit] = /^(\d+(?:\.\d+)?)(gb|mb|kb|b)?$/i.exec(text) ?? [];
  if (amount === undefined) {
    throw new StorageError(
      "InvalidRequest",
      "Invalid file size format, hint: use 20GB / 20MB / 30KB / 3B",
    );
  }
  return Math.round(
    Number(amount) * unitBytes[(unit ?? "b").toLowerCase() as keyof typeof unitBytes],
  );
}

/** Whether a bucket that takes only `allowed` (exact types or `image/*`) takes `type`. */
export function isAllowedType(type: string, allowed: string[] | null): boolean {
  if (!allowed || allowed.length === 0) return true;
  const bare = type.split(";")[0]?.trim().toLowerCase() ?? "";
  return allowed.some((pattern) => {
    const wanted = pattern.trim().toLowerCase();
    return (
      wanted === bare ||
      wanted === "*/*" ||
      (wanted.endsWith("/*") && bare.startsWith(wanted.slice(0, -1)))
    );
  });
}
