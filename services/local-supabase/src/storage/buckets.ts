import type { FastifyInstance } from "fastify";
import { type Static, Type } from "typebox";
import { StorageError } from "./errors.ts";
import type { StorageContext } from "./index.ts";
import { checkedBucketName, parseSizeLimit } from "./keys.ts";
import { asCaller, type Bucket, findBucket } from "./objects.ts";

const Limits = {
  public: Type.Optional(Type.Boolean()),
  file_size_limit: Type.Optional(Type.Union([Type.Number(), Type.String(), Type.Null()])),
  allowed_mime_types: Type.Optional(Type.Union([Type.Array(Type.String()), Type.Null()])),
};
const NewBucket = Type.Object({ name: Type.String(), id: Type.Optional(Type.String()), ...Limits });
const BucketChanges = Type.Object(Limits);
const Listing = Type.Object({
  limit: Type.Optional(Type.Integer({ minimum: 0 })),
  offset: Type.Optional(Type.Integer({ minimum: 0 })),
  search: Type.Optional(Type.String()),
  sortColumn: Type.Optional(Type.Enum(["id", "name", "created_at", "updated_at"])),
  sortOrder: Type.Optional(Type.Enum(["asc", "desc"])),
});
type ById = { Params: { id: string } };

/** Buckets: whoever the policies on `storage.buckets` allow, in practice the secret key. */
export function registerBuckets(
  app: FastifyInstance,
  { pool, files, claimsOf }: StorageContext,
): void {
  app.get<{ Querystring: Static<typeof Listing> }>(
    "/bucket",
    { schema: { querystring: Listing } },
    async (request) => {
      const {
        limit,
        offset = 0,
        search = "",
        sortColumn = "id",
        sortOrder = "asc",
      } = request.query;
      const { rows } = await asCaller(pool, await claimsOf(request), (db) =>
        db.query<Bucket>(
          `select * from storage.buckets where position(lower($1) in lower(name)) > 0
         order by ${sortColumn} ${sortOrder} limit $2 offset $3`,
          [search, limit ?? null, offset],
        ),
      );
      return rows.map(toBucketJson);
    },
  );

  app.get<ById>("/bucket/:id", async (request) =>
    toBucketJson(
      await asCaller(pool, await claimsOf(request), (db) => findBucket(db, request.params.id)),
    ),
  );

  app.post<{ Body: Static<typeof NewBucket> }>(
    "/bucket",
    { schema: { body: NewBucket } },
    async (request) => {
      const { body } = request;
      const claims = await claimsOf(request);
      const name = checkedBucketName(body.name);
      await asCaller(pool, claims, (db) =>
        db.query(
          `insert into storage.buckets (id, name, owner_id, public, file_size_limit, allowed_mime_types)
         values ($1, $2, $3, $4, $5, $6)`,
          [
            checkedBucketName(body.id ?? name),
            name,
            claims.sub ?? null,
            body.public ?? false,
            parseSizeLimit(body.file_size_limit),
            body.allowed_mime_types ?? null,
          ],
        ),
      );
      return { name };
    },
  );

  app.put<ById & { Body: Static<typeof BucketChanges> }>(
    "/bucket/:id",
    { schema: { body: BucketChanges } },
    async (request) => {
      const { body, params } = request;
      await asCaller(pool, await claimsOf(request), async (db) => {
        const bucket = await findBucket(db, params.id);
        await db.query(
          `update storage.buckets set public = $2, file_size_limit = $3, allowed_mime_types = $4, updated_at = now()
           where id = $1`,
          [
            params.id,
            body.public ?? bucket.public,
            body.file_size_limit === undefined
              ? bucket.file_size_limit
              : parseSizeLimit(body.file_size_limit),
            body.allowed_mime_types === undefined
              ? bucket.allowed_mime_types
              : body.allowed_mime_types,
          ],
        );
      });
      return { message: "Successfully updated" };
    },
  );

  app.post<ById>("/bucket/:id/empty", async (request) => {
    const { rows } = await asCaller(pool, await claimsOf(request), async (db) => {
      await findBucket(db, request.params.id);
      return db.query<{ version: string }>(
        "delete from storage.objects where bucket_id = $1 returning version",
        [request.params.id],
      );
    });
    await files.remove(rows.map(({ version }) => version));
    return { message: "Successfully emptied" };
  });

  app.delete<ById>("/bucket/:id", async (request) => {
    await asCaller(pool, await claimsOf(request), async (db) => {
      await findBucket(db, request.params.id);
      await db.query("delete from storage.buckets where id = $1", [request.params.id]);
    }).catch((cause) => {
      if (cause.code !== "23503") throw cause;
      throw new StorageError("ResourceNotEmpty", "The bucket you tried to delete is not empty", {
        cause,
      });
    });
    return { message: "Successfully deleted" };
  });
}

/** bigint comes as text from the driver; the API shows a number. */
const toBucketJson = ({ file_size_limit: limit, ...bucket }: Bucket) => ({
  ...bucket,
  owner: bucket.owner ?? "",
  file_size_limit: limit === null ? null : Number(limit),
});
