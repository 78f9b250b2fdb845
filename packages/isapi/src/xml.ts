import { XMLParser, XMLValidator } from "fast-xml-parser";
import { IsapiError } from "./isapi-error.ts";

/** Text, or child elements by local name; repeated elements form a list. */
export type XmlNode = string | { readonly [name: string]: XmlNode | readonly XmlNode[] };

/** A parsed document. */
export interface XmlDocument {
  rootName: string;
  root: XmlNode;
}

const MAX_XML_BYTES = 64 * 1024;
const REFERENCE = /&(?:(amp|lt|gt|quot|apos)|#(\d{1,7})|#x([0-9a-fA-F]{1,6}));/g;
const RAW_AMPERSAND = /&(?!(?:amp|lt|gt|quot|apos|#\d{1,7}|#x[0-9a-fA-F]{1,6});)/g;
const NAMED: Record<string, string> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

/**
 * Parses a device's XML with the traps closed: at most 64 KiB, no document type, no entities but
 * the five of XML, every value text (`0012345E2` is a plate), local names, and a raw `&` tolerated.
 * @throws {IsapiError} `too_large` or `bad_content`
 */
export function parseXml(bytes: Uint8Array): XmlDocument {
  if (bytes.byteLength > MAX_XML_BYTES) {
    throw new IsapiError("too_large", `XML of ${bytes.byteLength} bytes`, { sent: true });
  }
  const text = new TextDecoder().decode(bytes).trim();
  if (/<!(?!--|\[CDATA\[)/.test(text)) throw badXml("has a document type");
  const tolerated = text.replace(RAW_AMPERSAND, "&amp;");
  const verdict = XMLValidator.validate(tolerated, { allowBooleanAttributes: true });
  if (verdict !== true) throw badXml(`is not well formed (line ${verdict.err.line})`);
  const [entry] = Object.entries(parseTree(tolerated));
  if (!entry) throw badXml("has no root element");
  return { rootName: entry[0], root: entry[1] };
}

/** The elements called `name` directly below `node`. */
export function childrenOf(node: XmlNode | undefined, name: string): readonly XmlNode[] {
  if (node === undefined || typeof node === "string" || !Object.hasOwn(node, name)) return [];
  const found = node[name];
  return found === undefined ? [] : Array.isArray(found) ? found : [found as XmlNode];
}

/** The first element at this path. */
export function childAt(node: XmlNode, ...path: string[]): XmlNode | undefined {
  let at: XmlNode | undefined = node;
  for (const name of path) at = childrenOf(at, name)[0];
  return at;
}

/** The text at this path, or null when it is missing or empty. */
export function textAt(node: XmlNode, ...path: string[]): string | null {
  const found = childAt(node, ...path);
  if (typeof found !== "string") return null;
  return found.replace(REFERENCE, dereferenced).trim() || null;
}

/** The decimal number at this path, or null when it is missing or anything else. */
export function numberAt(node: XmlNode, ...path: string[]): number | null {
  const text = textAt(node, ...path);
  return text !== null && /^-?\d{1,9}(\.\d{1,9})?$/.test(text) ? Number(text) : null;
}

const PARSER = new XMLParser({
  ignoreAttributes: true,
  ignoreDeclaration: true,
  ignorePiTags: true,
  removeNSPrefix: true,
  parseTagValue: false,
  processEntities: false,
  maxNestedTags: 32,
});

function parseTree(text: string): Record<string, XmlNode> {
  try {
    return PARSER.parse(text);
  } catch (cause) {
    throw new IsapiError("bad_content", "the device's XML cannot be parsed", { cause, sent: true });
  }
}

function dereferenced(whole: string, named?: string, decimal?: string, hex?: string): string {
  if (named) return NAMED[named] ?? whole;
  const code = decimal ? Number.parseInt(decimal, 10) : Number.parseInt(hex ?? "", 16);
  const isCharacter = code > 0 && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff);
  return isCharacter ? String.fromCodePoint(code) : "";
}

function badXml(why: string): IsapiError {
  return new IsapiError("bad_content", `the device's XML ${why}`, { sent: true });
}
