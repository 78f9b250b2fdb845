import { validateHeaderValue } from "node:http";
import { Readable } from "node:stream";
import { Busboy } from "@fastify/busboy";
import type { FastifyInstance, FastifyRequest } from "fastify";
import type { Claims } from "../context.ts";
import type { Database } from "../transaction.ts";
import { StorageError } from "./errors.ts";
import type { StorageContext } from "./index.ts";
import { checkedKey, isAllowedType } from "./keys.ts";
import {
  asCaller,
  type Bucket,
  findBucket,
  findObject,
  insertObject,
  type NewObject,
  tryAsCaller,
} from "./objects.ts";

type ObjectRoute = { Params: { bucket: string; "*": string }; Querystring: { token?: string } };
type ObjectRequest = FastifyRequest<ObjectRoute>;

/** One content with what was said about it, from a plain body or a form. */
interface Upload {
  content: Readable;
  contentType: string;
  cacheControl: string;
  contentEncoding?: string | undefined;
  userMetadata: Record<string, unknown> | null;
}

const maxFormFieldBytes = 1_000_000;

/** Uploads: as oneself, or with a signed URL on behalf of who asked for it. */
export function registerUploads(app: FastifyInstance, context: StorageContext): void {
  const { pool, files, permits, claimsOf } = context;
  // Bodies are streamed to disk, whatever they are; a JSON file is a file.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("*", (_request, payload, done) => done(null, payload));

  const upload = (isUpsertByDefault: boolean) => async (request: ObjectRequest) => {
    const claims = await claimsOf(request);
    const isUpsert = isUpsertByDefault || request.headers["x-upsert"] === "true";
    const { bucket: bucketId, "*": name } = request.params;
    const bucket = await findBucket(pool, bucketId);
    const object = { bucketId, name: checkedKey(name), claims, isUpsert };
    // Asked before the first byte is taken, so that who may not upload can't fill the disk.
    await tryAsCaller(pool, claims, (db) => insertObject(db, { ...object, ...nothing }));
    return store(request, bucket, object, (work) => asCaller(pool, claims, work));
  };
  app.post<ObjectRoute>("/object/:bucket/*", upload(false));
  app.put<ObjectRoute>("/object/:bucket/*", upload(true));

  app.put<ObjectRoute>("/object/upload/sign/:bucket/*", async (request) => {
    const { bucket: bucketId, "*": key } = request.params;
    const name = checkedKey(key);
    const permit = await permits.verify(request.query.token, { purpose: "upload", bucketId, name });
    const claims: Claims = { role: "service_role", ...(permit.owner ? { sub: permit.owner } : {}) };
    const object = { bucketId, name, claims, isUpsert: permit.isUpsert ?? false };
    return store(request, await findBucket(pool, bucketId), object, (work) => work(pool));
  });

  /** First the file, durably, then the row that makes it visible, then the end of what it replaces. */
  async function store(
    request: FastifyRequest,
    bucket: Bucket,
    object: Pick<NewObject, "bucketId" | "name" | "claims" | "isUpsert">,
    inDatabase: (work: (db: Database) => Promise<void>) => Promise<void>,
  ) {
    const { content, contentType, cacheControl, contentEncoding, userMetadata } =
      await readUpload(request);
    if (!isAllowedType(contentType, bucket.allowed_mime_types)) {
      throw new StorageError("InvalidMimeType", `mime type ${contentType} is not supported`);
    }
    const maxBytes = Math.min(
      context.maxFileBytes,
      Number(bucket.file_size_limit ?? Number.POSITIVE_INFINITY),
    );
    const { version, sizeBytes, etag } = await files.write(content, maxBytes);
    const metadata = {
      eTag: etag,
      size: sizeBytes,
      mimetype: contentType,
      cacheControl,
      lastModified: new Date().toISOString(),
      contentLength: sizeBytes,
      httpStatusCode: 200 as const,
      ...(contentEncoding ? { contentEncoding } : {}),
    };
    const replaced = object.isUpsert
      ? await findObject(pool, object.bucketId, object.name).catch(() => undefined)
      : undefined;
    try {
      await inDatabase((db) => insertObject(db, { ...object, version, metadata, userMetadata }));
    } catch (error) {
      await files.remove([version]);
      throw error;
    }
    const stored = await findObject(pool, object.bucketId, object.name);
    if (replaced && stored.version === version) await files.remove([replaced.version]);
    return { Key: `${object.bucketId}/${object.name}`, Id: stored.id };
  }
}

const nothing = { version: "", metadata: null, userMetadata: null };

async function readUpload(request: FastifyRequest): Promise<Upload> {
  const { headers } = request;
  if (headers["content-type"]?.startsWith("multipart/form-data")) return readForm(request);
  return {
    content: request.body instanceof Readable ? request.body : Readable.from([]),
    contentType: headers["content-type"] ?? "application/octet-stream",
    cacheControl: headers["cache-control"] ?? "no-cache",
    contentEncoding: headers["content-encoding"],
    userMetadata: parseMetadata(
      Buffer.from(String(headers["x-metadata"] ?? ""), "base64").toString(),
    ),
  };
}

/** supabase-js sends the fields first and then one file, whose content is left to the caller to read. */
async function readForm(request: FastifyRequest): Promise<Upload> {
  const { promise, resolve, reject } = Promise.withResolvers<Upload>();
  const body = request.body as Readable;
  const fields = new Map<string, string>();
  const form = formParser(request);
  form.on("field", (name, value) => fields.set(name, value));
  form.on("file", (_name, content, _filename, _encoding, contentType) => {
    // Whoever hangs up half-way must not leave us waiting for the rest.
    body.on("error", (error) => content.destroy(error));
    try {
      const seconds = fields.get("cacheControl");
      const headers = {
        contentType,
        cacheControl: seconds === undefined ? "no-cache" : `max-age=${seconds}`,
        contentEncoding: fields.get("contentEncoding"),
      };
      // Downloads will have them as headers.
      for (const value of Object.values(headers)) validateHeaderValue("a field", value ?? "");
      resolve({ content, ...headers, userMetadata: parseMetadata(fields.get("metadata") ?? "") });
    } catch (error) {
      reject(error instanceof StorageError ? error : malformedForm(error));
    }
  });
  form.on("finish", () => reject(new StorageError("InvalidRequest", "No content provided")));
  form.on("error", (cause) => reject(malformedForm(cause)));
  body.on("error", reject);
  body.pipe(form);
  return promise;
}

function formParser(request: FastifyRequest): InstanceType<typeof Busboy> {
  try {
    return new Busboy({
      headers: request.headers as { "content-type": string },
      limits: { files: 1, fieldSize: maxFormFieldBytes },
    });
  } catch (cause) {
    throw malformedForm(cause);
  }
}

const malformedForm = (cause: unknown) =>
  new StorageError("InvalidRequest", "Malformed form", { cause });

function parseMetadata(json: string): Record<string, unknown> | null {
  if (json === "") return null;
  try {
    const metadata = JSON.parse(json);
    if (typeof metadata === "object" && metadata !== null && !Array.isArray(metadata))
      return metadata;
  } catch {}
  throw new StorageError("InvalidRequest", "Metadata must be a JSON object");
}
