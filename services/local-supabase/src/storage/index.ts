import type { Log } from "@portero/runtime";
import type { FastifyInstance, FastifyPluginAsync, FastifyRequest } from "fastify";
import type pg from "pg";
import type { Claims, Tokens } from "../context.ts";
import { acceptEmptyJson, callerOf } from "../gateway.ts";
import { registerBuckets } from "./buckets.ts";
import { registerDownloads } from "./downloads.ts";
import { asStorageError } from "./errors.ts";
import type { Files } from "./files.ts";
import { registerOperations } from "./operations.ts";
import { createPermits, type Permits } from "./tokens.ts";
import { registerUploads } from "./uploads.ts";

export interface StorageOptions {
  /** Logs in as `supabase_storage_admin`. */
  pool: pg.Pool;
  tokens: Tokens;
  jwtSecret: string;
  files: Files;
  log: Log;
}

export interface StorageContext {
  pool: pg.Pool;
  files: Files;
  permits: Permits;
  maxFileBytes: number;
  claimsOf(request: FastifyRequest): Promise<Claims>;
}

/** Headers that a download may have set before it failed. */
const ofContents = [
  "content-type",
  "content-length",
  "content-encoding",
  "cache-control",
  "etag",
  "last-modified",
];

/** Supabase's own default; a bucket's limit can only be lower. */
const maxFileBytes = 50 * 1024 * 1024;

/** Supabase Storage under `/storage/v1`, as far as storage-js is used here. */
export async function registerStorage(
  app: FastifyInstance,
  options: StorageOptions,
): Promise<void> {
  const { pool, tokens, log } = options;
  const context: StorageContext = {
    pool,
    files: options.files,
    permits: createPermits(options.jwtSecret),
    maxFileBytes,
    claimsOf: (request) => callerOf(request, tokens),
  };
  const uploads: FastifyPluginAsync = async (scope) => registerUploads(scope, context);
  const others: FastifyPluginAsync = async (scope) => {
    acceptEmptyJson(scope);
    registerBuckets(scope, context);
    registerDownloads(scope, context);
    registerOperations(scope, context);
  };
  const storage: FastifyPluginAsync = async (scope) => {
    scope.setErrorHandler(async (cause: Error, request, reply) => {
      const error = asStorageError(cause);
      if (error.code === "InternalError") {
        log.error({ err: cause, path: request.routeOptions.url }, "storage failed");
      }
      for (const header of ofContents) reply.removeHeader(header);
      return reply.code(error.httpStatus).send(error.body());
    });
    scope.get("/status", async () => ({ ok: true }));
    await scope.register(uploads);
    await scope.register(others);
  };
  await app.register(storage, { prefix: "/storage/v1" });
}
