import type { ProxyOptions } from "resty.http";
import { isExempt } from "./no-proxy";
import type { Question } from "./question";
import type { Url } from "./url";

const find = string.find;
const match = string.match;
const sub = string.sub;

/**
 * The proxy on the way to a URL, in the form that resty.http takes. Its own rules for `no_proxy` are not used: with them the proxy's password
 * would be sent to hosts that are asked directly.
 * @returns undefined: none.
 */
export function proxyFor(this: void, question: Question, url: Url): ProxyOptions | undefined {
  const proxy = url.scheme === "https" ? question.https_proxy : question.http_proxy;
  if (proxy === undefined) return undefined;
  if (question.no_proxy !== undefined && isExempt(question.no_proxy, url)) return undefined;
  const [address, authorization] = withoutUser(proxy);
  return url.scheme === "https"
    ? { https_proxy: address, https_proxy_authorization: authorization }
    : { http_proxy: address, http_proxy_authorization: authorization };
}

/** Takes user and password out of a proxy's URL. @returns the URL without them, and the Proxy-Authorization that they make. */
function withoutUser(this: void, proxy: string): LuaMultiReturn<[string, string | undefined]> {
  const [authority] = match(proxy, "^%a+://([^/?]*)");
  if (authority === undefined) return $multi(proxy, undefined);
  const [at] = find(authority, "@[^@]*$");
  const host = at === undefined ? authority : sub(authority, at + 1);
  const address = "http://" + host;
  if (at === undefined) return $multi(address, undefined);
  return $multi(address, "Basic " + ngx.encode_base64(decodeUser(sub(authority, 1, at - 1))));
}

/** In a URL a plus sign is a plus sign. */
function decodeUser(this: void, user: string): string {
  const [escaped] = string.gsub(user, "%+", "%%2B");
  return ngx.unescape_uri(escaped);
}
