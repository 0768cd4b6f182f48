import * as base64 from "ngx.base64";
import { isArray, jsonText, scalarText } from "./claims";

const byte = string.byte;
const concat = table.concat;
const find = string.find;
const format = string.format;
const gsub = string.gsub;
const lower = string.lower;
const sub = string.sub;

const PREFIX = "UTF-8''";
const LOWER_PREFIX = lower(PREFIX);

/** How a value that a header cannot carry as it is goes upstream; the setting `upstream_headers_encoding`. */
export type HeaderEncoding = "rfc8187" | "base64url" | "none";

/**
 * A claim as text: strings as they are, integers in full digits, booleans, arrays joined, objects as JSON.
 * @param separator between an array's elements.
 * @returns undefined where there is nothing to say: absent, null, empty.
 */
export function claimText(this: void, value: unknown, separator: string): string | undefined {
  let text: string | undefined;
  if (isArray(value)) {
    const parts: string[] = [];
    for (const element of value) {
      const part = scalarText(element) ?? objectText(element);
      if (part !== undefined) parts.push(part);
    }
    text = concat(parts, separator);
  } else {
    text = scalarText(value) ?? objectText(value);
  }
  return text === "" ? undefined : text;
}

function objectText(this: void, value: unknown): string | undefined {
  if (type(value) !== "table" || next(value as object)[0] === undefined) return undefined;
  return jsonText(value);
}

function percentEncoded(this: void, character: string): string {
  return format("%%%02X", byte(character));
}

/** Whether a text could be taken for an encoded one: who chooses a claim's value must not choose what it is decoded to. */
function isLookalike(this: void, text: string): boolean {
  return lower(sub(text, 1, PREFIX.length)) === LOWER_PREFIX;
}

/**
 * A text in the form in which a header can carry it.
 * @returns undefined: no header can.
 */
export function headerValue(this: void, text: string, encoding: HeaderEncoding): string | undefined {
  const plain =
    find(text, "[^\x20-\x7E]")[0] === undefined && byte(text, 1) !== 0x20 && byte(text, text.length) !== 0x20;
  if (plain && !(encoding === "rfc8187" && isLookalike(text))) return text;
  if (encoding === "none") return find(text, "%c")[0] === undefined ? text : undefined;
  if (encoding === "base64url") return base64.encode_base64url(text);
  // RFC 8187 section 3.2.1: everything but attr-char.
  const [encoded] = gsub(text, "[^%w!#$&+.^_`|~-]", percentEncoded);
  return PREFIX + encoded;
}
