export type StoreErrorCode =
  /** No answer: the network, a proxy, a time-out. Worth a retry. */
  | "unreachable"
  /** Not logged in, or the session has ended. */
  | "unauthorized"
  /** Logged in, but not allowed to do this here. */
  | "forbidden"
  | "not_found"
  /** Somebody else was faster, or the row exists. */
  | "conflict"
  /** The database refuses these values; a retry will not help. */
  | "invalid"
  | "unexpected";

/** Why Supabase did not do what was asked. `cause` is its own error. */
export class StoreError extends Error {
  readonly code: StoreErrorCode;
  /** The database's or the service's own code, e.g. `23505`, `PGRST116`. */
  readonly detailCode: string | undefined;

  constructor(
    code: StoreErrorCode,
    message: string,
    options: { cause?: unknown; detailCode?: string | undefined } = {},
  ) {
    super(message, { cause: options.cause });
    this.name = "StoreError";
    this.code = code;
    this.detailCode = options.detailCode;
  }

  /** Whether the same call may succeed later without anybody changing anything. */
  get isTransient(): boolean {
    return this.code === "unreachable" || this.code === "unexpected";
  }
}

interface Answer<T> {
  data: T;
  error: { message: string; code?: string | undefined; status?: number | undefined } | null;
  status?: number;
}

const codeOf = (status: number | undefined, code: string | undefined): StoreErrorCode => {
  if (code === "PGRST116" || code === "PT404" || status === 404) return "not_found";
  if (code === "PT409" || code?.startsWith("23505") || status === 409) return "conflict";
  if (code === "42501" || status === 403) return "forbidden";
  if (status === 401 || code === "invalid_credentials") return "unauthorized";
  if (status === 0 || status === undefined || (status >= 502 && status <= 504))
    return "unreachable";
  // A schema cache that is behind the migrations is no fault of the values.
  if (code?.startsWith("PGRST2")) return "unexpected";
  if (code?.startsWith("22") || code?.startsWith("23") || status === 400 || status === 422) {
    return "invalid";
  }
  return "unexpected";
};

/** The data of a supabase-js answer. The one place where its `{ error }` becomes an exception. @throws {StoreError} */
export function unwrap<T>(doing: string, answer: Answer<T>): NonNullable<T> {
  const { data, error } = answer;
  if (error) {
    const status = answer.status ?? error.status;
    throw new StoreError(codeOf(status, error.code), `${doing}: ${error.message}`, {
      cause: error,
      detailCode: error.code,
    });
  }
  return data as NonNullable<T>;
}
