import { unacceptableMediaType } from "./error.ts";

/** The forms an answer can take. */
export interface MediaType {
  form: "array" | "object" | "csv";
  stripNulls: boolean;
  /** The `Content-Type` of the answer. */
  contentType: string;
}

const JSON_ARRAY = media("array", "application/json");

/** The first form in the `Accept` header that can be given. @throws {RestError} PGRST107 */
export function negotiate(accept: string | undefined): MediaType {
  if (accept === undefined || accept === "" || accept === "*/*") return JSON_ARRAY;
  const ranges = accept.split(",").map((range) => range.trim());
  const byQuality = ranges
    .map((range) => ({ range, quality: Number(/;\s*q=([0-9.]+)/u.exec(range)?.[1] ?? 1) }))
    .sort((a, b) => b.quality - a.quality);
  for (const { range } of byQuality) {
    const found = mediaTypeOf(range);
    if (found) return found;
  }
  throw unacceptableMediaType(ranges);
}

function mediaTypeOf(range: string): MediaType | undefined {
  const [type = "", ...parameters] = range
    .toLowerCase()
    .split(";")
    .map((part) => part.trim());
  const stripNulls = parameters.includes("nulls=stripped");
  const suffix = stripNulls ? ";nulls=stripped" : "";
  switch (type) {
    case "*/*":
    case "application/*":
    case "application/json":
      return JSON_ARRAY;
    case "application/vnd.pgrst.array":
    case "application/vnd.pgrst.array+json":
      if (!stripNulls) return JSON_ARRAY;
      return media("array", `application/vnd.pgrst.array+json${suffix}`, true);
    case "application/vnd.pgrst.object":
    case "application/vnd.pgrst.object+json":
      return media("object", `application/vnd.pgrst.object+json${suffix}`, stripNulls);
    case "text/csv":
    case "text/*":
      return media("csv", "text/csv");
    default:
      return undefined;
  }
}

function media(form: MediaType["form"], type: string, stripNulls = false): MediaType {
  return { form, stripNulls, contentType: `${type}; charset=utf-8` };
}
