/** Whom no proxy stands before: lists as curl and Go read them. */
import { parseIpAddress, sharePrefix } from "./ip-address";
import type { IpAddress } from "./ip-address";
import { serverName } from "./url";
import type { Url } from "./url";
import { eachMatch } from "./text";

const lower = string.lower;
const match = string.match;
const sub = string.sub;

/** `host`, `host:port`, `[address]` or `[address]:port`; an IPv6 address without brackets has no port. */
function withoutPort(this: void, entry: string): LuaMultiReturn<[string, string | undefined]> {
  const [bracketed, bracketedPort] = match(entry, "^%[(.*)%]:?(%d*)$");
  if (bracketed !== undefined) return $multi(bracketed, bracketedPort === "" ? undefined : bracketedPort);
  const [host, port] = match(entry, "^([^:]*):(%d+)$");
  if (host !== undefined) return $multi(host, port);
  return $multi(entry, undefined);
}

function coversAddress(this: void, host: string, address: IpAddress): boolean {
  const [network, digits] = match(host, "^(.*)/(%d+)$");
  const parsed = parseIpAddress(network ?? host);
  return parsed !== undefined && sharePrefix(parsed, address, tonumber(digits, 10));
}

/** A domain covers what is below it; with `*.` before it, that alone. */
function coversName(this: void, host: string, name: string): boolean {
  const [below] = match(host, "^%*%.(.+)$");
  const [domain] = match(below ?? host, "^%.?(.+)$");
  if (domain === undefined) return false;
  if (name === domain) return below === undefined;
  return name.length > domain.length && sub(name, -domain.length - 1) === "." + domain;
}

/** Whether a URL's host is one of those on the list, which are separated by commas or spaces. */
export function isExempt(this: void, list: string, url: Url): boolean {
  const name = serverName(url);
  const address = parseIpAddress(name);
  for (const entry of eachMatch(lower(list), "[^,%s]+")) {
    if (entry === "*") return true;
    const [host, port] = withoutPort(entry);
    if (port === undefined || tonumber(port, 10) === url.port) {
      if (address === undefined ? coversName(host, name) : coversAddress(host, address)) return true;
    }
  }
  return false;
}
