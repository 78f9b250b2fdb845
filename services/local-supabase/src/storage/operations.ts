import type { FastifyInstance, FastifyRequest } from "fastify";
import { type Static, Type } from "typebox";
import { noSuchKey, StorageError } from "./errors.ts";
import type { StorageContext } from "./index.ts";
import { checkedKey } from "./keys.ts";
import { type ListOptions, listFolder, listPage, type PageOptions } from "./listing.ts";
import {
  asCaller,
  findBucket,
  findObject,
  insertObject,
  type StoredObject,
  tryAsCaller,
} from "./objects.ts";

const Relocation = Type.Object({
  bucketId: Type.String(),
  sourceKey: Type.String(),
  destinationKey: Type.String(),
  destinationBucket: Type.Optional(Type.String()),
  copyMetadata: Type.Optional(Type.Boolean()),
  metadata: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
});
const SortBy = Type.Optional(
  Type.Object({ column: Type.Optional(Type.String()), order: Type.Optional(Type.String()) }),
);
const Listing = Type.Object({
  prefix: Type.Optional(Type.String()),
  search: Type.Optional(Type.String()),
  limit: Type.Optional(Type.Integer({ minimum: 1 })),
  offset: Type.Optional(Type.Integer({ minimum: 0 })),
  sortBy: SortBy,
});
const Paging = Type.Object({
  prefix: Type.Optional(Type.String()),
  limit: Type.Optional(Type.Integer({ minimum: 1 })),
  cursor: Type.Optional(Type.String()),
  with_delimiter: Type.Optional(Type.Boolean()),
  exactMatch: Type.Optional(Type.Boolean()),
  sortBy: SortBy,
});
const Removal = Type.Object({
  prefixes: Type.Array(Type.Union([Type.String(), Type.Object({ path: Type.String() })]), {
    minItems: 1,
    maxItems: 1000,
  }),
});
const Signing = Type.Object({
  expiresIn: Type.Integer({ minimum: 1 }),
  transform: Type.Optional(Type.Unknown()),
});
const ManySigning = Type.Object({
  expiresIn: Type.Integer({ minimum: 1 }),
  paths: Type.Array(Type.String(), { minItems: 1, maxItems: 500 }),
});

type ObjectRoute = { Params: { bucket: string; "*": string } };
type BucketRoute = { Params: { bucket: string } };

const uploadUrlLifeS = 7200;
const unseen = "Either the object does not exist or you do not have access to it";

/** Everything but contents: list, remove, move, copy, signed URLs. All of it under the caller's policies. */
export function registerOperations(app: FastifyInstance, context: StorageContext): void {
  const { pool, files, permits, claimsOf } = context;

  app.post<BucketRoute & { Body: Static<typeof Listing> }>(
    "/object/list/:bucket",
    { schema: { body: Listing } },
    async (request) =>
      asCaller(pool, await claimsOf(request), (db) =>
        listFolder(db, request.params.bucket, request.body as ListOptions),
      ),
  );
  app.post<BucketRoute & { Body: Static<typeof Paging> }>(
    "/object/list-v2/:bucket",
    { schema: { body: Paging } },
    async (request) =>
      asCaller(pool, await claimsOf(request), (db) =>
        listPage(db, request.params.bucket, request.body as PageOptions),
      ),
  );

  async function remove(
    request: FastifyRequest,
    bucket: string,
    names: string[],
  ): Promise<StoredObject[]> {
    const { rows } = await asCaller(pool, await claimsOf(request), (db) =>
      db.query<StoredObject>(
        "delete from storage.objects where bucket_id = $1 and name = any($2) returning *",
        [bucket, names],
      ),
    );
    await files.remove(rows.map(({ version }) => version));
    return rows;
  }
  app.delete<BucketRoute & { Body: Static<typeof Removal> }>(
    "/object/:bucket",
    { schema: { body: Removal } },
    async (request) => {
      const names = request.body.prefixes.map((entry) =>
        typeof entry === "string" ? entry : entry.path,
      );
      return remove(request, request.params.bucket, names);
    },
  );
  app.delete<ObjectRoute>("/object/:bucket/*", async (request) => {
    const removed = await remove(request, request.params.bucket, [checkedKey(request.params["*"])]);
    if (removed.length === 0) throw noSuchKey();
    return { message: "Successfully deleted" };
  });

  app.post<{ Body: Static<typeof Relocation> }>(
    "/object/move",
    { schema: { body: Relocation } },
    async (request) => {
      const { bucketId, sourceKey, destinationBucket = bucketId } = request.body;
      const name = checkedKey(request.body.destinationKey);
      await findBucket(pool, destinationBucket);
      const moved = await asCaller(pool, await claimsOf(request), async (db) => {
        const source = await findObject(db, bucketId, sourceKey);
        const { rowCount } = await db.query(
          "update storage.objects set bucket_id = $2, name = $3, updated_at = now() where id = $1",
          [source.id, destinationBucket, name],
        );
        if (rowCount === 0) throw noSuchKey();
        return source;
      });
      return { message: "Successfully moved", Id: moved.id, Key: `${destinationBucket}/${name}` };
    },
  );

  app.post<{ Body: Static<typeof Relocation> }>(
    "/object/copy",
    { schema: { body: Relocation } },
    async (request) => {
      const {
        bucketId,
        sourceKey,
        destinationBucket = bucketId,
        copyMetadata = true,
        metadata,
      } = request.body;
      const name = checkedKey(request.body.destinationKey);
      const claims = await claimsOf(request);
      await findBucket(pool, destinationBucket);
      const source = await asCaller(pool, claims, (db) => findObject(db, bucketId, sourceKey));
      const version = source.version && (await files.copy(source.version));
      if (!version) throw noSuchKey();
      const copy = {
        bucketId: destinationBucket,
        name,
        claims,
        version,
        metadata: source.metadata,
        userMetadata: copyMetadata ? source.user_metadata : (metadata ?? null),
        isUpsert: request.headers["x-upsert"] === "true",
      };
      try {
        await asCaller(pool, claims, (db) => insertObject(db, copy));
      } catch (error) {
        await files.remove([version]);
        throw error;
      }
      const { id } = await findObject(pool, destinationBucket, name);
      return { Id: id, Key: `${destinationBucket}/${name}`, name, bucket_id: destinationBucket };
    },
  );

  const signedUrl = async (bucketId: string, name: string, lifeS: number) =>
    `/object/sign/${bucketId}/${name}?token=${await permits.sign({ purpose: "download", bucketId, name }, lifeS)}`;

  app.post<ObjectRoute & { Body: Static<typeof Signing> }>(
    "/object/sign/:bucket/*",
    { schema: { body: Signing } },
    async (request) => {
      if (request.body.transform) throw noTransformations();
      const { bucket, "*": key } = request.params;
      const name = checkedKey(key);
      await asCaller(pool, await claimsOf(request), (db) => findObject(db, bucket, name));
      return { signedURL: await signedUrl(bucket, name, request.body.expiresIn) };
    },
  );
  app.post<BucketRoute & { Body: Static<typeof ManySigning> }>(
    "/object/sign/:bucket",
    { schema: { body: ManySigning } },
    async (request) => {
      const { paths, expiresIn } = request.body;
      const { bucket } = request.params;
      const { rows } = await asCaller(pool, await claimsOf(request), (db) =>
        db.query<{ name: string }>(
          "select name from storage.objects where bucket_id = $1 and name = any($2)",
          [bucket, paths],
        ),
      );
      const seen = new Set(rows.map(({ name }) => name));
      return Promise.all(
        paths.map(async (path) => ({
          path,
          error: seen.has(path) ? null : unseen,
          signedURL: seen.has(path) ? await signedUrl(bucket, path, expiresIn) : null,
        })),
      );
    },
  );

  app.post<ObjectRoute>("/object/upload/sign/:bucket/*", async (request) => {
    const { bucket: bucketId, "*": key } = request.params;
    const name = checkedKey(key);
    const claims = await claimsOf(request);
    const isUpsert = request.headers["x-upsert"] === "true";
    await findBucket(pool, bucketId);
    const trial = {
      bucketId,
      name,
      claims,
      isUpsert,
      version: "",
      metadata: null,
      userMetadata: null,
    };
    await tryAsCaller(pool, claims, (db) => insertObject(db, trial));
    const token = await permits.sign(
      { purpose: "upload", bucketId, name, owner: claims.sub, isUpsert },
      uploadUrlLifeS,
    );
    return { url: `/object/upload/sign/${bucketId}/${name}?token=${token}`, token };
  });

  app.all("/render/image/*", async () => {
    throw noTransformations();
  });
}

const noTransformations = () =>
  new StorageError(
    "FeatureNotEnabled",
    "The feature imageTransformation is not enabled for this resource",
  );
