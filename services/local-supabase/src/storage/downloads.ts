import { Readable } from "node:stream";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { noSuchKey, StorageError } from "./errors.ts";
import type { StorageContext } from "./index.ts";
import { checkedKey } from "./keys.ts";
import { asCaller, findBucket, findObject, type StoredObject } from "./objects.ts";

type ObjectRoute = {
  Params: { bucket: string; "*": string };
  Querystring: { token?: string; download?: string };
};
type ObjectRequest = FastifyRequest<ObjectRoute>;

/** Downloads and facts about objects: as oneself, from public buckets, with a signed URL. */
export function registerDownloads(app: FastifyInstance, context: StorageContext): void {
  const { pool, permits, claimsOf } = context;

  const own = async ({ request, bucketId, name }: Wanted) => {
    const claims = await claimsOf(request);
    return asCaller(pool, claims, (db) => findObject(db, bucketId, name));
  };
  /** A private bucket is no different from none. */
  const open = async ({ bucketId, name }: Wanted) => {
    if (!(await findBucket(pool, bucketId)).public) throw noSuchKey();
    return findObject(pool, bucketId, name);
  };
  const signed = async ({ request, bucketId, name }: Wanted) => {
    await permits.verify(request.query.token, { purpose: "download", bucketId, name });
    return findObject(pool, bucketId, name);
  };
  const paths = [
    ["/object/public/:bucket/*", open],
    ["/object/sign/:bucket/*", signed],
    ["/object/authenticated/:bucket/*", own],
    ["/object/:bucket/*", own],
  ] as const;

  for (const [path, find] of paths) {
    app.get<ObjectRoute>(path, async (request, reply) =>
      send(context, request, reply, await find(wantedBy(request))),
    );
  }
  for (const [path, find] of [
    ["/object/info/public/:bucket/*", open],
    ["/object/info/authenticated/:bucket/*", own],
    ["/object/info/:bucket/*", own],
  ] as const) {
    app.get<ObjectRoute>(path, async (request) => toInfoJson(await find(wantedBy(request))));
  }
}

interface Wanted {
  request: ObjectRequest;
  bucketId: string;
  name: string;
}

const wantedBy = (request: ObjectRequest): Wanted => ({
  request,
  bucketId: request.params.bucket,
  name: checkedKey(request.params["*"]),
});

/** Types in which a stored text could act in a browser under this origin. */
const activeTypes = /^text\/(html|xsl)\b|^[^;]*[/+]xml\b/i;

async function send(
  { files }: StorageContext,
  request: ObjectRequest,
  reply: FastifyReply,
  object: StoredObject,
): Promise<FastifyReply> {
  const { metadata, version } = object;
  if (!metadata || !version) throw noSuchKey();
  const modified = new Date(metadata.lastModified);
  reply
    .header("etag", metadata.eTag)
    .header("last-modified", modified.toUTCString())
    .header("cache-control", metadata.cacheControl)
    .header("accept-ranges", "bytes")
    .header("x-content-type-options", "nosniff")
    .header("x-robots-tag", "none");
  if (isFresh(request, metadata.eTag, modified)) return reply.code(304).send();
  if (activeTypes.test(metadata.mimetype))
    reply.header("content-security-policy", "default-src 'none'; sandbox");
  if (metadata.contentEncoding) reply.header("content-encoding", metadata.contentEncoding);
  const { download } = request.query;
  if (download !== undefined)
    reply.header("content-disposition", attachment(download || fileNameOf(object.name)));

  const range = rangeOf(request.headers.range, metadata.size);
  if (range === "unsatisfiable") {
    reply.header("content-range", `bytes */${metadata.size}`);
    throw new StorageError("InvalidRange", "invalid range provided");
  }
  const { start, end } = range ?? { start: 0, end: metadata.size - 1 };
  if (range) reply.code(206).header("content-range", `bytes ${start}-${end}/${metadata.size}`);
  reply.type(metadata.mimetype).header("content-length", end - start + 1);
  // Fastify would count an empty text as the length.
  if (request.method === "HEAD" || metadata.size === 0) return reply.send(Readable.from([]));
  const content = await files.read(version, { start, end });
  // A row without its file, restored from a dump for one, is as good as missing.
  if (!content) throw noSuchKey();
  return reply.send(content);
}

function isFresh({ headers }: FastifyRequest, etag: string, modified: Date): boolean {
  const known = headers["if-none-match"];
  if (known)
    return known.split(",").some((tag) => [etag, "*"].includes(tag.trim().replace(/^W\//, "")));
  const since = headers["if-modified-since"];
  return since !== undefined && Math.floor(modified.getTime() / 1000) * 1000 <= Date.parse(since);
}

/** One range of bytes (RFC 9110 14.2); several at once are answered with the whole, as the standard allows. */
export function rangeOf(header: string | undefined, sizeBytes: number) {
  const [, first, last] = /^bytes=(\d*)-(\d*)$/.exec(header ?? "") ?? [];
  if (first === undefined || last === undefined || (first === "" && last === "")) return undefined;
  const start = first === "" ? Math.max(0, sizeBytes - Number(last)) : Number(first);
  const end = first === "" || last === "" ? sizeBytes - 1 : Math.min(Number(last), sizeBytes - 1);
  return start > end ? "unsatisfiable" : { start, end };
}

const fileNameOf = (name: string) => name.slice(name.lastIndexOf("/") + 1);

const attachment = (name: string) => `attachment; filename*=UTF-8''${encodeURIComponent(name)};`;

const toInfoJson = (object: StoredObject) => ({
  id: object.id,
  name: object.name,
  version: object.version,
  bucket_id: object.bucket_id,
  size: object.metadata?.size,
  content_type: object.metadata?.mimetype,
  cache_control: object.metadata?.cacheControl,
  content_encoding: object.metadata?.contentEncoding ?? null,
  etag: object.metadata?.eTag,
  metadata: object.user_metadata ?? {},
  last_modified: object.updated_at,
  created_at: object.created_at,
});
