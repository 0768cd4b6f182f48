/** URLs and forward proxies. */

/** Scheme, host, port, path with or without the query, and the query. */
type UriParts = [string, string, number, string, string | undefined];

/** What a client may be told about proxies; the names are lua-resty-http's. */
interface ProxyOptions {
  http_proxy?: string;
  http_proxy_authorization?: string;
  https_proxy?: string;
  https_proxy_authorization?: string;
  no_proxy?: string;
}

const URI = "^(?:(http[s]?):)?//((?:[^\\[\\]:/\\?]+)|(?:\\[.+\\]))(?::(\\d+))?([^\\?]*)\\??(.*)";

function parseUri(uri: string, queryInPath: boolean): LuaMultiReturn<[UriParts | undefined, string?]> {
  const [found, err] = ngx.re.match(uri, URI, "jo");
  if (found === undefined)
    return $multi(undefined, err === undefined ? `bad uri: ${uri}` : `failed to match the uri: ${uri}, ${err}`);
  let scheme = found[1];
  if (scheme === undefined || scheme === false) {
    scheme = ngx.var.scheme;
    if (scheme !== "http" && scheme !== "https")
      return $multi(undefined, `schemaless URIs require a request context: ${uri}`);
  }
  const portText = found[3];
  let port = scheme === "https" ? 443 : 80;
  if (typeof portText === "string") port = tonumber(portText) ?? port;
  let path = found[4] as string | undefined;
  if (path === undefined || path === "") path = "/";
  let query = found[5] as string | undefined;
  if (queryInPath && query !== undefined && query !== "") {
    path = `${path}?${query}`;
    query = undefined;
  }
  return $multi([scheme, found[2] as string, port, path, query] as UriParts);
}

/** Whether no_proxy names the host, or a domain that it is in. */
function isExempt(noProxy: string | undefined, host: string): boolean {
  if (noProxy === undefined) return false;
  if (noProxy === "*") return true;
  const names: LuaSet<string> = new LuaSet();
  for (const [name] of string.gmatch(noProxy, "%.?([^,]+)")) names.add(name);
  let rest = host;
  let [dot] = string.find(rest, ".", 1, true);
  while (true) {
    if (names.has(rest)) return true;
    if (dot === undefined) return false;
    rest = string.sub(rest, dot + 1);
    [dot] = string.find(rest, ".", 1, true);
    if (dot === undefined) return false;
  }
}

export { ProxyOptions, UriParts, isExempt, parseUri };
