import { StoreError, type StoreErrorCode } from "@portero/store";
import type { FastifyReply, FastifyRequest } from "fastify";

const STATUS: Record<StoreErrorCode, number> = {
  unreachable: 503,
  unauthorized: 401,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  invalid: 400,
  unexpected: 502,
};

/** Answers what a route has thrown with a status, a code and a sentence; `onFault` hears what is nobody's mistake. */
export function faultHandler(onFault: (error: unknown) => void) {
  return async (
    error: { statusCode?: number; message: string },
    _request: FastifyRequest,
    reply: FastifyReply,
  ) => {
    if (error instanceof StoreError) {
      if (error.code === "unexpected" || error.code === "unreachable") onFault(error);
      const code = error.detailCode === "not_configured" ? error.detailCode : error.code;
      return reply.code(STATUS[error.code]).send({ code, message: error.message });
    }
    const status = error.statusCode ?? 500;
    if (status >= 500) onFault(error);
    const code = status === 400 ? "invalid" : status === 429 ? "too_many" : "unexpected";
    const message = status >= 500 ? "something failed here" : error.message;
    return reply.code(status).send({ code, message });
  };
}

/** The store, or the word that this installation was given no secret key. @throws {StoreError} */
export function configured<Store>(store: Store | null): Store {
  if (store) return store;
  throw new StoreError("unreachable", "this installation has no secret key", {
    detailCode: "not_configured",
  });
}
