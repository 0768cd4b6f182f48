/** The target of a request as the client saw it, which is what its DPoP proof names (RFC 9449 §4.3). */
import { createMemo, recall, remember } from "./memo";
import { isPeerTrusted } from "./peer";
import { before, trim } from "./text";
import { normaliseTarget, pathOf, splitAuthority } from "./uri";

const gsub = string.gsub;
const lower = string.lower;

/** First element of a header that proxies append to: what the proxy nearest to the client said. */
function firstOf(this: void, headers: OpenResty.Headers, name: string): string | undefined {
  const found = headers[name];
  const value = typeof found === "string" || found === undefined ? found : found[0];
  if (value === undefined) return undefined;
  const first = trim(before(value, ","));
  return first === "" ? undefined : first;
}

/** A Host header, or what stands for it, taken apart. */
interface Authority {
  readonly host: string;
  /** undefined: none is named. */
  readonly port: number | undefined;
  /** The host as nginx writes it. */
  readonly routed: string;
}

const authorities = createMemo<Authority>(256, 65536);

/** @returns undefined when it is malformed. */
function readAuthority(this: void, text: string): Authority | undefined {
  const known = recall(authorities, text);
  if (known !== undefined) return known;
  const [host, port] = splitAuthority(text);
  if (host === undefined) return undefined;
  const [routed] = gsub(lower(host), "%.$", "");
  const authority: Authority = { host, port, routed };
  remember(authorities, text, authority);
  return authority;
}

/**
 * The request's target, normalised (`normaliseTarget`).
 *
 * From a trusted peer X-Forwarded-Proto, -Host and -Port count, each where it is there; else TLS or not, and the Host header. A missing port
 * is the scheme's default, never the one that Kong listens on: a load balancer or a port mapping hides that from the client.
 *
 * @param headers as `ngx.req.get_headers(0)` gives them.
 * @returns undefined and why not, when host or port are missing or malformed, and where it is no target of a proof.
 */
function requestTarget(this: void, headers: OpenResty.Headers): LuaMultiReturn<[string] | [undefined, string]> {
  const trusted = isPeerTrusted();
  const forwardedHost = trusted ? firstOf(headers, "x-forwarded-host") : undefined;
  const text = forwardedHost ?? ngx.var.http_host;
  if (text === undefined) return $multi(undefined, "the request has no host");
  const authority = readAuthority(text);
  if (authority === undefined) return $multi(undefined, "the request's host is malformed");
  // nginx routes by the host of the request line where that names another than the Host header (RFC 9112 §3.2.2).
  if (forwardedHost === undefined && authority.routed !== ngx.var.host)
    return $multi(undefined, "the request names two hosts");
  let port = authority.port;
  let scheme = ngx.var.scheme;
  if (trusted) {
    scheme = firstOf(headers, "x-forwarded-proto") ?? scheme;
    const forwardedPort = firstOf(headers, "x-forwarded-port");
    if (forwardedPort !== undefined) {
      [, port] = splitAuthority(`_:${forwardedPort}`);
      if (port === undefined) return $multi(undefined, "X-Forwarded-Port is malformed");
    }
  }
  const target = normaliseTarget(scheme, authority.host, port, pathOf(ngx.var.request_uri));
  // As `OPTIONS *` has, and a scheme of its own that a proxy names.
  if (target === undefined) return $multi(undefined, "the request has no http URI");
  return $multi(target);
}

export { requestTarget };
