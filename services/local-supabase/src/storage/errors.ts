import type pg from "pg";
import { TokenError } from "../context.ts";
import { isUnfit } from "../errors.ts";

/** Supabase Storage's codes, with the status it names in the body and its older word for the same. */
const kinds = {
  AccessDenied: [403, "Unauthorized"],
  BucketAlreadyExists: [409, "Duplicate"],
  DatabaseTimeout: [544, "DatabaseTimeout"],
  EntityTooLarge: [413, "Payload too large"],
  FeatureNotEnabled: [409, "FeatureNotEnabled"],
  InternalError: [500, "InternalError"],
  InvalidBucketName: [400, "Invalid Input"],
  InvalidJWT: [403, "Unauthorized"],
  InvalidKey: [400, "InvalidKey"],
  InvalidMimeType: [415, "invalid_mime_type"],
  InvalidRange: [416, "invalid_range"],
  InvalidRequest: [400, "InvalidRequest"],
  InvalidSignature: [400, "InvalidSignature"],
  KeyAlreadyExists: [409, "Duplicate"],
  NoSuchBucket: [404, "Bucket not found"],
  NoSuchKey: [404, "not_found"],
  ResourceNotEmpty: [409, "ResourceNotEmpty"],
} as const;

export type StorageErrorCode = keyof typeof kinds;

/** A request that Storage refuses; the message is for the caller. */
export class StorageError extends Error {
  readonly code: StorageErrorCode;

  constructor(code: StorageErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "StorageError";
    this.code = code;
  }

  /** Storage answers 400 to whatever the caller did wrong and keeps the exact status for the body. */
  get httpStatus(): number {
    const [status] = kinds[this.code];
    return status === 500 || status === 416 || status === 544 ? status : 400;
  }

  body(): object {
    const [status, error] = kinds[this.code];
    return { statusCode: String(status), error, message: this.message, code: this.code };
  }
}

export const noSuchBucket = () => new StorageError("NoSuchBucket", "Bucket not found");
export const noSuchKey = () => new StorageError("NoSuchKey", "Object not found");
export const tooLarge = () =>
  new StorageError("EntityTooLarge", "The object exceeded the maximum allowed size");

/** What went wrong, as Storage tells it; anything unexpected tells nothing. */
export function asStorageError(cause: Error): StorageError {
  if (cause instanceof StorageError) return cause;
  if (cause instanceof TokenError) {
    const message =
      cause.code === "expired" ? '"exp" claim timestamp check failed' : "Invalid Compact JWS";
    return new StorageError("InvalidJWT", message, { cause });
  }
  const { code, statusCode } = cause as Partial<pg.DatabaseError> & { statusCode?: number };
  switch (code) {
    case "42501":
      return new StorageError("AccessDenied", cause.message.replace(/ for table "\w+"$/, ""), {
        cause,
      });
    case "23505":
      return new StorageError("KeyAlreadyExists", "The resource already exists", { cause });
    case "57014":
      return new StorageError("DatabaseTimeout", "The connection to the database timed out", {
        cause,
      });
  }
  if (isUnfit(cause)) {
    return new StorageError("InvalidRequest", "A value in the request is out of range", { cause });
  }
  if (statusCode !== undefined && statusCode < 500) {
    return new StorageError("InvalidRequest", cause.message, { cause });
  }
  return new StorageError("InternalError", "Internal Server Error", { cause });
}
