import { carriesOther, coversReservedHeader, isHeaderName } from "./header-names";
import { parseIpAddress } from "./ip-address";

type Verdict = LuaMultiReturn<[true] | [undefined, string]>;

/** An absolute http or https URL with a host and without user information, fragment, spaces or control characters. */
export function checkHttpUrl(this: void, value: string): Verdict {
  const [scheme, rest] = string.match(value, "^(%a+)://(.*)$");
  if (scheme === undefined || rest === undefined) return $multi(undefined, "must be an absolute URL");
  const lowered = string.lower(scheme);
  if (lowered !== "http" && lowered !== "https") return $multi(undefined, "Supported protocols are HTTP and HTTPS");
  const [authority] = string.match(rest, "^[^/?#]*");
  if (string.find(authority ?? "", "@", 1, true)[0] !== undefined)
    return $multi(undefined, "must not hold user information");
  const [host, port] = splitAuthority(authority ?? "");
  if (host === undefined || host === "") return $multi(undefined, "missing host in url");
  if (
    port !== undefined &&
    (string.match(port, "^%d+$")[0] === undefined || (tonumber(port) ?? 0) > 65535 || tonumber(port) === 0)
  ) {
    return $multi(undefined, "invalid port in url");
  }
  if (string.find(value, "#", 1, true)[0] !== undefined) return $multi(undefined, "must not have a fragment");
  const [withoutEncoded] = string.gsub(value, "%%%x%x", "");
  if (string.find(withoutEncoded, "%", 1, true)[0] !== undefined)
    return $multi(undefined, "must have two hexadecimal digits behind each '%'");
  // RFC 3986 section 2; a URL stands in challenges and log lines too.
  if (string.find(value, "[^!-~]")[0] !== undefined || string.find(value, '["\\\\<>]')[0] !== undefined) {
    return $multi(undefined, "must not hold spaces, quotes, backslashes, control characters or anything beyond ASCII");
  }
  return $multi(true);
}

/** An issuer identifier: a URL without query and fragment (RFC 8414 section 2). */
export function checkIssuer(this: void, value: string): Verdict {
  const [valid, wrong] = checkHttpUrl(value);
  if (valid === undefined) return $multi(undefined, wrong ?? "is no URL");
  if (string.find(value, "?", 1, true)[0] !== undefined)
    return $multi(undefined, "must not have a query (RFC 8414 section 2)");
  return $multi(true);
}

function splitAuthority(this: void, authority: string): LuaMultiReturn<[string | undefined, string | undefined]> {
  const [address, addressPort] = string.match(authority, "^%[([%x:.]+)%]:?(.*)$");
  if (address !== undefined && parseIpAddress(address) !== undefined)
    return $multi(address, addressPort === "" ? undefined : addressPort);
  // What is between brackets is an address or nothing.
  if (string.sub(authority, 1, 1) === "[") return $multi(undefined, undefined);
  const [host, port] = string.match(authority, "^([^:]*):?(.*)$");
  return $multi(host, port === "" ? undefined : port);
}

/** The URL of a forward proxy: http only, as the connection to the proxy itself is not encrypted; user and password may be in it. */
export function checkProxyUrl(this: void, value: string): Verdict {
  const [scheme, authority, path] = string.match(value, "^(%a+)://([^/?#]*)(.*)$");
  if (scheme === undefined || authority === undefined) return $multi(undefined, "must be an absolute URL");
  if (string.lower(scheme) !== "http") return $multi(undefined, "proxies are reached over http only");
  if (path !== "" && path !== "/") return $multi(undefined, "must not have a path, query or fragment");
  const [host] = string.gsub(authority, "^.*@", "");
  return checkHttpUrl("http://" + host + "/");
}

/** What the forwarded claims' headers begin with: a header name ending in `-` that clears nothing which is not ours. */
export function checkHeaderPrefix(this: void, value: string): Verdict {
  if (!isHeaderName(value)) return $multi(undefined, "must be the beginning of a header name");
  if (string.sub(value, -1) !== "-") return $multi(undefined, "must end in '-'");
  if (coversReservedHeader(value))
    return $multi(undefined, "headers that begin with '" + value + "' are not this plugin's to set");
  return $multi(true);
}

/** A request header in which a token or a certificate can be, and which can be taken off the request. */
export function checkCredentialHeader(this: void, value: string): Verdict {
  if (carriesOther(value)) return $multi(undefined, "the header '" + value + "' carries something else");
  return $multi(true);
}

/** The name of a shared dictionary that nginx has. */
export function checkSharedDictionary(this: void, value: string): Verdict {
  if (ngx.shared[value] === undefined) return $multi(undefined, "missing shared dict '" + value + "'");
  return $multi(true);
}
