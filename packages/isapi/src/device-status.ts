import { IsapiError, type IsapiErrorCode } from "./isapi-error.ts";
import { numberAt, parseXml, textAt, type XmlDocument } from "./xml.ts";

/** A `ResponseStatus`: what the device says about a request, whatever the HTTP status. */
export interface DeviceStatus {
  /** 1 OK, 2 busy, 3 device error, 4 invalid operation, 5 and 6 invalid XML, 7 reboot required. */
  statusCode: number;
  /** The reason in the device's words, e.g. `lowPrivilege`; letters, digits and `_` only. */
  subStatus: string;
}

/** The answer's `ResponseStatus`, or null when it holds something else. */
export function deviceStatusOf(body: Uint8Array): DeviceStatus | null {
  if (body[0] === 0x7b) return statusOfJson(body);
  return looksLikeXml(body) ? statusOfDocument(parseXml(body)) : null;
}

/** The document, where it is a `ResponseStatus`. */
export function statusOfDocument({ rootName, root }: XmlDocument): DeviceStatus | null {
  if (rootName !== "ResponseStatus") return null;
  return statusOf(numberAt(root, "statusCode"), textAt(root, "subStatusCode"));
}

/** The body starts like XML, be it after a byte-order mark or blanks. */
export function looksLikeXml(body: Uint8Array): boolean {
  return new TextDecoder().decode(body.subarray(0, 32)).trimStart().startsWith("<");
}

/** The error for a device's refusal. The body wins over the HTTP status, which is often wrong. */
export function refusalOf(status: DeviceStatus | null, httpStatus: number): IsapiError {
  const code = status ? codeOfStatus(status) : codeOfHttp(httpStatus);
  const reason = status
    ? `statusCode ${status.statusCode}, ${status.subStatus || "no reason"}`
    : `HTTP ${httpStatus}`;
  return new IsapiError(code, `the device refused: ${reason}`, {
    sent: true,
    subStatus: status?.subStatus ?? `http_${httpStatus}`,
  });
}

function codeOfStatus({ statusCode, subStatus }: DeviceStatus): IsapiErrorCode {
  if (/^lowPrivilege$/i.test(subStatus)) return "low_privilege";
  if (/^badAuthorization$/i.test(subStatus)) return "unauthorized";
  if (/^(notSupport|methodNotAllowed)$/i.test(subStatus)) return "unsupported";
  if (statusCode === 2) return "busy";
  return statusCode >= 4 && statusCode <= 6 ? "unsupported" : "device_error";
}

function codeOfHttp(httpStatus: number): IsapiErrorCode {
  if (httpStatus === 503) return "busy";
  if (httpStatus >= 500) return "device_error";
  return httpStatus >= 400 ? "unsupported" : "protocol";
}

function statusOfJson(body: Uint8Array): DeviceStatus | null {
  if (body.byteLength > 64 * 1024) return null;
  let parsed: unknown;
  try {
    parsed = JSON.parse(new TextDecoder().decode(body));
  } catch {
    return null;
  }
  if (typeof parsed !== "object" || parsed === null) return null;
  const { statusCode, subStatusCode } = parsed as Record<string, unknown>;
  return statusOf(
    typeof statusCode === "number" ? statusCode : null,
    typeof subStatusCode === "string" ? subStatusCode : null,
  );
}

function statusOf(statusCode: number | null, subStatus: string | null): DeviceStatus | null {
  if (statusCode === null) return null;
  return { statusCode, subStatus: (subStatus ?? "").replace(/[^A-Za-z0-9_]/g, "").slice(0, 64) };
}
