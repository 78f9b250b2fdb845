import pg from "pg";
import { RestError } from "./error.ts";

/** An error of Postgres as PostgREST answers it: its own words, with a status by its code. */
export function postgresError(error: unknown, isAnonymous: boolean): RestError {
  if (error instanceof RestError) return error;
  if (!(error instanceof pg.DatabaseError)) {
    const words = "Database client error. Retrying the connection.";
    return new RestError(503, "PGRST001", words, {}, { cause: error });
  }
  const { code = "XX000", message, detail, hint } = error;
  if (code === "PGRST") return raised(message, detail, error);
  const status = statusOf(code, message, isAnonymous);
  const headers: Record<string, string> = status === 401 ? { "www-authenticate": "Bearer" } : {};
  return new RestError(
    status,
    code,
    message,
    { details: detail, hint: hint ?? null, headers },
    { cause: error },
  );
}

const STATUS_BY_CODE: Record<string, number> = {
  "23503": 409,
  "23505": 409,
  "25006": 405,
  "42883": 404,
  "42P01": 404,
  "42P17": 500,
  "53400": 500,
  "57P01": 503,
  P0001: 400,
};

const STATUS_BY_CLASS: Record<string, number> = {
  "08": 503,
  "09": 500,
  "0L": 403,
  "0P": 403,
  "25": 500,
  "28": 403,
  "2D": 500,
  "38": 500,
  "39": 500,
  "3B": 500,
  "40": 500,
  "53": 503,
  "54": 500,
  "55": 500,
  "57": 500,
  "58": 500,
  F0: 500,
  HV: 500,
  P0: 500,
  XX: 500,
};

function statusOf(code: string, message: string, isAnonymous: boolean): number {
  if (code === "42501") return isAnonymous ? 401 : 403;
  if (code === "21000") return message.endsWith("requires a WHERE clause") ? 400 : 500;
  if (code === "22023") return /^role .* does not exist$/u.test(message) ? 401 : 400;
  const custom = /^PT([1-5][0-9]{2})$/u.exec(code);
  if (custom) return Number(custom[1]);
  return STATUS_BY_CODE[code] ?? STATUS_BY_CLASS[code.slice(0, 2)] ?? 400;
}

/** `raise sqlstate 'PGRST'`: a function words the whole answer, as JSON in message and detail. */
function raised(message: string, detail: string | undefined, cause: unknown): RestError {
  try {
    const body = JSON.parse(message);
    const { status, headers } = JSON.parse(detail ?? "");
    if (
      typeof body.code !== "string" ||
      typeof body.message !== "string" ||
      !Number.isInteger(status)
    )
      throw new TypeError("a raised error lacks its code, message or status");
    return new RestError(status, body.code, body.message, { ...body, headers }, { cause });
  } catch (error) {
    return new RestError(
      500,
      "PGRST121",
      `Could not parse JSON in the "RAISE SQLSTATE 'PGRST'" error`,
      {
        details: detail === undefined ? "DETAIL is missing in the RAISE statement" : null,
        hint: "MESSAGE must be a JSON object with obligatory keys: 'code', 'message' and optional keys: 'details', 'hint'.",
      },
      { cause: error },
    );
  }
}
