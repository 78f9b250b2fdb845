import type { Database } from "../transaction.ts";
import { AuthError, invalid } from "./errors.ts";

const minCharacters = 6;
/** bcrypt looks no further. */
const maxBytes = 72;
/** The hash of nothing anyone knows, at the same cost as real ones. */
const nobodysHash = "$2a$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy";

/**
 * bcrypt in Supabase's own format, `$2a$10$…`, by Postgres: in C and a process of its own instead of on our event loop.
 * @throws {AuthError} `weak_password`, `validation_failed`
 */
export async function hashPassword(db: Database, password: string): Promise<string> {
  if (password.length < minCharacters) {
    throw new AuthError(
      422,
      "weak_password",
      `Password should be at least ${minCharacters} characters.`,
    );
  }
  if (Buffer.byteLength(password) > maxBytes) {
    throw invalid(`Password cannot be longer than ${maxBytes} characters`);
  }
  const { rows } = await db.query(
    "select extensions.crypt($1, extensions.gen_salt('bf', 10)) as hash",
    [password],
  );
  return rows[0].hash;
}

/** Whether the password fits. Takes as long without a hash, so that time doesn't tell which addresses are known. */
export async function isPassword(
  db: Database,
  password: string,
  hash: string | null | undefined,
): Promise<boolean> {
  // Other libraries name the same algorithm 2b or 2y, which pgcrypto does not know.
  const known = hash && /^\$2[aby]\$/.test(hash) ? `$2a$${hash.slice(4)}` : undefined;
  const { rows } = await db.query("select extensions.crypt($1, $2) = $2 as fits", [
    password,
    known ?? nobodysHash,
  ]);
  return known !== undefined && rows[0].fits;
}
