import { randomUUID } from "node:crypto";
import type pg from "pg";
import type { Claims } from "../context.ts";
import { type Database, inTransaction } from "../transaction.ts";
import { noSuchBucket, noSuchKey } from "./errors.ts";

export interface Bucket {
  id: string;
  name: string;
  owner: string | null;
  public: boolean;
  file_size_limit: string | null;
  allowed_mime_types: string[] | null;
  created_at: Date;
  updated_at: Date;
}

export interface ObjectMetadata {
  eTag: string;
  size: number;
  mimetype: string;
  cacheControl: string;
  lastModified: string;
  contentLength: number;
  contentEncoding?: string;
  httpStatusCode: 200;
}

export interface StoredObject {
  id: string;
  bucket_id: string;
  name: string;
  owner: string | null;
  version: string | null;
  created_at: Date;
  updated_at: Date;
  last_accessed_at: Date;
  metadata: ObjectMetadata | null;
  user_metadata: Record<string, unknown> | null;
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Runs `work` in one transaction under the caller's role and claims, so that policies decide. */
export async function asCaller<T>(
  pool: pg.Pool,
  claims: Claims,
  work: (db: Database) => Promise<T>,
): Promise<T> {
  return inTransaction(pool, async (db) => {
    await db.query(
      `select set_config('request.jwt.claims', $1, true), set_config('request.jwt.claim.sub', $2, true),
         set_config('request.jwt.claim.role', $3, true), set_config('role', $3, true)`,
      [JSON.stringify(claims), claims.sub ?? "", claims.role],
    );
    return work(db);
  });
}

/** Runs `work` as the caller to see whether it may; nothing of it stays. */
export async function tryAsCaller(
  pool: pg.Pool,
  claims: Claims,
  work: (db: Database) => Promise<unknown>,
): Promise<void> {
  const allowed = Symbol("allowed");
  await asCaller(pool, claims, async (db) => {
    await work(db);
    throw allowed;
  }).catch((error) => {
    if (error !== allowed) throw error;
  });
}

/** @throws {StorageError} `NoSuchBucket` */
export async function findBucket(db: Database, id: string): Promise<Bucket> {
  const { rows } = await db.query<Bucket>("select * from storage.buckets where id = $1", [id]);
  if (!rows[0]) throw noSuchBucket();
  return rows[0];
}

/** @throws {StorageError} `NoSuchKey` when it isn't there or isn't for `db`'s role to see */
export async function findObject(
  db: Database,
  bucketId: string,
  name: string,
): Promise<StoredObject> {
  const { rows } = await db.query<StoredObject>(
    "select * from storage.objects where bucket_id = $1 and name = $2",
    [bucketId, name],
  );
  if (!rows[0]) throw noSuchKey();
  return rows[0];
}

export interface NewObject {
  bucketId: string;
  name: string;
  claims: Claims;
  version: string;
  metadata: ObjectMetadata | null;
  userMetadata: Record<string, unknown> | null;
  isUpsert: boolean;
}

/** Without `returning`, so that a role that may only insert can. */
export async function insertObject(db: Database, object: NewObject): Promise<void> {
  const { sub } = object.claims;
  const replacement = `on conflict (bucket_id, name) do update set version = excluded.version, metadata = excluded.metadata,
    user_metadata = excluded.user_metadata, owner = excluded.owner, owner_id = excluded.owner_id, updated_at = now()`;
  await db.query(
    `insert into storage.objects (id, bucket_id, name, owner, owner_id, version, metadata, user_metadata)
     values ($1, $2, $3, $4, $5, $6, $7, $8) ${object.isUpsert ? replacement : ""}`,
    [
      randomUUID(),
      object.bucketId,
      object.name,
      sub && uuid.test(sub) ? sub : null,
      sub ?? null,
      object.version,
      object.metadata,
      object.userMetadata,
    ],
  );
}
