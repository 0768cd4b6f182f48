/** Targets of requests as URIs, so written that equal ones are equal texts (RFC 3986 §6.2.2 and §6.2.3). */
import { createMemo, recall, remember } from "./memo";
import { before, eachMatch } from "./text";

const byte = string.byte;
const char = string.char;
const find = string.find;
const gsub = string.gsub;
const lower = string.lower;
const match = string.match;
const upper = string.upper;
const concat = table.concat;

function normaliseTriplet(this: void, digits: string): string {
  const character = char(tonumber(digits, 16) ?? 0);
  if (find(character, "^[%w%-._~]")[0] !== undefined) return character;
  return `%${upper(digits)}`;
}

/** Percent-encoding: unreserved characters stand for themselves, digits are in upper case. Reserved ones stay encoded: `%2F` is no slash. */
function normalisePercent(this: void, text: string): string {
  if (find(text, "%", 1, true)[0] === undefined) return text;
  const [normalised] = gsub(text, "%%(%x%x)", normaliseTriplet);
  return normalised;
}

/** RFC 3986 §5.2.4, for a path that begins with a slash. */
function removeDotSegments(this: void, path: string): string {
  if (find(path, "/.", 1, true)[0] === undefined) return path;
  const segments: string[] = [];
  let count = 0;
  let last = "";
  for (const segment of eachMatch(path, "/([^/]*)")) {
    last = segment;
    if (last === "..") {
      if (count > 0) count -= 1;
    } else if (last !== ".") {
      segments[count] = last;
      count += 1;
    }
  }
  // A path that ends in a dot segment names a folder.
  if (last === "." || last === "..") {
    segments[count] = "";
    count += 1;
  }
  return `/${concat(segments, "/", 1, count)}`;
}

function normalisePath(this: void, path: string): string {
  if (path === "") return "/";
  return removeDotSegments(normalisePercent(path));
}

/**
 * Takes host and port apart.
 *
 * @param authority `host` or `host:port`, as in a Host header. User information is not accepted.
 * @returns host as it stands and port, which is undefined when there is none; undefined when it is malformed.
 */
function splitAuthority(
  this: void,
  authority: string,
): LuaMultiReturn<[string, number | undefined] | [undefined, undefined]> {
  let [host, rest] = match(authority, "^(%[[%x:.]+%])(.*)$");
  if (host === undefined) [host, rest] = match(authority, "^([^%[%]@:/?#%c%s\\]+)(.*)$");
  if (host === undefined || rest === undefined) return $multi(undefined, undefined);
  if (rest === "" || rest === ":") return $multi(host, undefined);
  const [digits] = match(rest, "^:(%d+)$");
  const port = digits === undefined || digits.length > 5 ? undefined : tonumber(digits, 10);
  if (port === undefined || port < 1 || port > 65535) return $multi(undefined, undefined);
  return $multi(host, port);
}

/**
 * One text for each target, without query and fragment: scheme and host in lower case, port always there, path without dot segments and needless
 * percent-encoding.
 *
 * @param scheme `http` or `https`, in any case.
 * @param host name, IPv4 address, or IPv6 address in brackets.
 * @param port undefined: the scheme's default.
 * @param path as it came in the request, percent-encoding and all.
 * @returns undefined when the scheme is neither http nor https, or the path does not begin with a slash.
 */
function normaliseTarget(
  this: void,
  scheme: string,
  host: string,
  port: number | undefined,
  path: string,
): string | undefined {
  const protocol = lower(scheme);
  if (protocol !== "http" && protocol !== "https") return undefined;
  if (path !== "" && byte(path, 1) !== 0x2f) return undefined;
  const number = port ?? (protocol === "https" ? 443 : 80);
  return `${protocol}://${lower(normalisePercent(host))}:${number}${normalisePath(path)}`;
}

/** URIs that were normalised, for clients call the same ones again and again. */
const normalised = createMemo<string>(1024, 262144);

function readUri(this: void, uri: string): string | undefined {
  const [scheme, authority, path] = match(uri, "^(%a+)://([^/?#]*)([^?#]*)");
  if (scheme === undefined || authority === undefined || path === undefined) return undefined;
  const [host, port] = splitAuthority(authority);
  if (host === undefined) return undefined;
  return normaliseTarget(scheme, host, port, path);
}

/**
 * The same for an absolute URI. Query and fragment do not count.
 *
 * @returns undefined for any other text than an http or https URI, and for one with user information.
 */
function normaliseUri(this: void, uri: string): string | undefined {
  const known = recall(normalised, uri);
  if (known !== undefined) return known;
  const text = readUri(uri);
  if (text !== undefined) remember(normalised, uri, text);
  return text;
}

/** The path of a request target: what stands before query and fragment. */
function pathOf(this: void, requestUri: string): string {
  return before(before(requestUri, "#"), "?");
}

export { normaliseTarget, normaliseUri, pathOf, splitAuthority };
