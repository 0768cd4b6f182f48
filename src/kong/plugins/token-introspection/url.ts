import { checkHttpUrl } from "./settings-validators";

const gsub = string.gsub;
const lower = string.lower;
const match = string.match;

/** An http or https URL, taken apart. */
export interface Url {
  readonly text: string;
  readonly scheme: "http" | "https";
  /** In lower case; an IPv6 address stands in brackets. */
  readonly host: string;
  readonly port: number;
  /** Path and query; begins with a slash. */
  readonly path: string;
  /** Scheme, host and port: whom the circuit breaker and the count of calls mean by a server. Fit for a log. */
  readonly server: string;
}

/** Takes a URL apart. @returns the URL, or undefined and what is wrong with it. */
export function parseUrl(this: void, text: string): LuaMultiReturn<[Url] | [undefined, string]> {
  const [valid, wrong] = checkHttpUrl(text);
  if (valid === undefined) return $multi(undefined, wrong ?? "is no URL");
  const [anyScheme, authority, rest] = match(text, "^(%a+)://([^/?]*)(.*)$");
  const [host, digits] = splitAuthority(authority ?? "");
  const scheme = lower(anyScheme ?? "") === "https" ? "https" : "http";
  const port = tonumber(digits) ?? (scheme === "https" ? 443 : 80);
  const tail = rest ?? "";
  const path = string.sub(tail, 1, 1) === "/" ? tail : "/" + tail;
  return $multi({ text, scheme, host, port, path, server: `${scheme}://${host}:${port}` });
}

/** Host, in lower case, and the digits of the port. */
function splitAuthority(this: void, authority: string): LuaMultiReturn<[string, string]> {
  // An IPv6 address ends in a bracket, so that its last group is never taken for a port; any other host's port comes after a colon.
  const [address, addressDigits] = match(authority, "^(%[.*%]):?(%d*)$");
  if (address !== undefined) return $multi(lower(address), addressDigits ?? "");
  const [host, digits] = match(authority, "^([^:]*):?(%d*)$");
  return $multi(lower(host ?? ""), digits ?? "");
}

/** The name that TLS asks for and verifies: without the dot that ends a name which is searched nowhere else (RFC 6066 section 3). */
export function serverName(this: void, url: Url): string {
  const [address] = match(url.host, "^%[(.*)%]$");
  return address ?? gsub(url.host, "%.$", "")[0];
}

/** Whether the host is an IP address. */
export function isAddress(this: void, url: Url): boolean {
  return match(url.host, "^%[")[0] !== undefined || match(url.host, "^%d+%.%d+%.%d+%.%d+$")[0] !== undefined;
}
