import { hkdfSync } from "node:crypto";
import { errors, jwtVerify, SignJWT } from "jose";
import { StorageError } from "./errors.ts";

/** What a signed URL allows: one thing, on one object, until it expires. */
export interface Permit {
  purpose: "download" | "upload";
  bucketId: string;
  name: string;
  /** Of uploads: who asked for the URL, and whether an existing object may be replaced. */
  owner?: string | undefined;
  isUpsert?: boolean | undefined;
}

export interface Permits {
  sign(permit: Permit, lifeS: number): Promise<string>;
  /** @throws {StorageError} unless the token permits exactly this */
  verify(token: unknown, wanted: Pick<Permit, "purpose" | "bucketId" | "name">): Promise<Permit>;
}

/** Signed with a key of their own, so that a permit is never an access token nor the other way round. */
export function createPermits(jwtSecret: string): Permits {
  const key = new Uint8Array(hkdfSync("sha256", jwtSecret, "", "storage signed urls", 32));
  return {
    sign: ({ purpose, bucketId, name, owner, isUpsert }, lifeS) =>
      new SignJWT({ url: `${bucketId}/${name}`, owner, upsert: isUpsert })
        .setProtectedHeader({ alg: "HS256", typ: "JWT" })
        .setAudience(purpose)
        .setIssuedAt()
        .setExpirationTime(Math.floor(Date.now() / 1000) + lifeS)
        .sign(key),
    async verify(token, { purpose, bucketId, name }) {
      const options = { algorithms: ["HS256"], audience: purpose, requiredClaims: ["exp"] };
      const { payload } = await jwtVerify(String(token), key, options).catch((cause) => {
        const message =
          cause instanceof errors.JWTExpired
            ? '"exp" claim timestamp check failed'
            : "Invalid Compact JWS";
        throw new StorageError("InvalidJWT", message, { cause });
      });
      if (payload["url"] !== `${bucketId}/${name}`) {
        throw new StorageError("InvalidSignature", "Invalid signature");
      }
      const { owner, upsert } = payload;
      return {
        purpose,
        bucketId,
        name,
        owner: typeof owner === "string" ? owner : undefined,
        isUpsert: upsert === true,
      };
    },
  };
}
