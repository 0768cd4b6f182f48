/** What Kong's core does with a request around the plugins: the route before them, the headers for the service after them. */
import constants = require("../kong/constants");
import { readHeader } from "../kong/pdk/request";
import { escape } from "../kong/pdk/uri";
import { VERSION } from "../kong/pdk/version";
import { Match, Router, find } from "./router";
import { addressOf } from "./state";

const SERVER = `kong/${VERSION}`;

function withoutQuery(uri: string): string {
  const [mark] = string.find(uri, "?", 2, true);
  return mark === undefined ? uri : string.sub(uri, 1, mark - 1);
}

/** The items of a header's value that is a list, in lower case. */
function listItems(value: string | undefined): string[] {
  const items: string[] = [];
  if (value === undefined) return items;
  for (const [item] of string.gmatch(string.lower(value), "[^,]+")) {
    const [bare] = string.match(item, "^%s*(.-)%s*$");
    if (bare !== undefined && bare !== "") items.push(bare);
  }
  return items;
}

function refuseOtherProtocol(route: Route, proto: string, host: string, uri: string): void {
  let https = false;
  let http = false;
  for (const protocol of route.protocols) {
    if (protocol === "https") https = true;
    if (protocol === "http") http = true;
  }
  if (!https || http || proto === "https") return;
  const status = route.https_redirect_status_code;
  if (status === 426)
    kong.response.error(426, "Please use HTTPS protocol", { Connection: "Upgrade", Upgrade: "TLS/1.2, HTTP/1.1" });
  ngx.header.Location = `https://${host}${uri}`;
  kong.response.exit(status);
}

function setUpstream(ctx: RequestContext, match: Match): void {
  const { service, route } = match;
  ctx.route = route;
  ctx.service = service;
  ctx.router_matches = { uri_captures: match.captures };
  ngx.var.upstream_uri = escape(match.upstreamPath);
  if (service === undefined) return;
  ngx.var.upstream_scheme = service.protocol;
  if (route.preserve_host) ngx.var.upstream_host = ngx.var.http_host ?? "";
  ctx.balancer_data = {
    host: service.host,
    ip: addressOf(service),
    port: service.port,
    scheme: service.protocol,
    tries: [],
    try_count: 0,
    retries: service.retries,
    service,
  };
}

/** Finds the route, or answers 404; the named location for routes that are not buffered, where there is one. */
function routeRequest(ctx: RequestContext, router: Router): string | undefined {
  ctx.scheme = ngx.var.scheme;
  ctx.request_uri = ngx.var.request_uri;
  const host = ngx.var.host ?? "";
  const port = tonumber(ngx.var.server_port, 10) ?? 0;
  const uri = ctx.request_uri ?? "/";
  const match = find(router, ngx.req.get_method(), string.lower(host), port, ctx.scheme ?? "http", uri);
  if (match === undefined) return kong.response.error(404, "no Route matched with those values");

  const peer = ngx.var.realip_remote_addr ?? ngx.var.remote_addr ?? "";
  const trusted = kong.ip.is_trusted(peer);
  const forwarded = (name: string): string | undefined => (trusted ? readHeader(name) : undefined);
  const proto = forwarded("X-Forwarded-Proto") ?? ctx.scheme ?? "http";
  const forwardedHost = forwarded("X-Forwarded-Host") ?? host;
  refuseOtherProtocol(match.route, proto, forwardedHost, uri);
  setUpstream(ctx, match);

  const upgrade = readHeader("Upgrade");
  if (upgrade !== undefined && string.lower(upgrade) === "websocket") {
    ngx.var.upstream_connection = "keep-alive, Upgrade";
    ngx.var.upstream_upgrade = "websocket";
  } else {
    ngx.var.upstream_connection = "keep-alive";
  }
  const forwardedFor = ngx.var.http_x_forwarded_for;
  ngx.var.upstream_x_forwarded_for = forwardedFor === undefined ? ngx.var.remote_addr : `${forwardedFor}, ${peer}`;
  ngx.var.upstream_x_forwarded_proto = proto;
  ngx.var.upstream_x_forwarded_host = forwardedHost;
  ngx.var.upstream_x_forwarded_port = forwarded("X-Forwarded-Port") ?? tostring(port);
  ngx.var.upstream_x_forwarded_path = forwarded("X-Forwarded-Path") ?? withoutQuery(uri);
  const prefix = match.prefix === "/" ? undefined : match.prefix;
  ngx.var.upstream_x_forwarded_prefix = forwarded("X-Forwarded-Prefix") ?? prefix;
  const via = `${ngx.req.http_version()} ${SERVER}`;
  const before = readHeader("Via");
  ngx.var.upstream_via = before === undefined ? via : `${before}, ${via}`;
  // Headers that Connection names are taken from what the client sent, before any plugin could change it.
  ctx.client_connection = ngx.var.http_connection;
  ctx.client_te = ngx.var.http_te;

  const { route } = match;
  if (match.service === undefined) return undefined;
  if (!route.request_buffering) return route.response_buffering ? "@unbuffered_request" : "@unbuffered";
  return route.response_buffering ? undefined : "@unbuffered_response";
}

/** The last changes before the request goes to the service. They come after the plugins, so that no plugin can undo them. */
function afterPlugins(ctx: RequestContext): void {
  const data = ctx.balancer_data;
  if (data === undefined) return;
  const uri = ctx.request_uri ?? "";
  if (string.sub(uri, -1) === "?" || ngx.var.is_args === "?") {
    ngx.var.upstream_uri = `${ngx.var.upstream_uri}?${ngx.var.args ?? ""}`;
  }
  data.scheme = ngx.var.upstream_scheme ?? data.scheme;
  if (ngx.var.upstream_host === undefined || ngx.var.upstream_host === "") {
    const usual = data.scheme === "https" ? 443 : 80;
    ngx.var.upstream_host = data.port === usual ? data.host : `${data.host}:${data.port}`;
  }
  const { client_connection: connection, client_te: te } = ctx;
  if (connection !== "keep-alive" && connection !== "close" && connection !== "upgrade") {
    for (const name of listItems(connection)) {
      if (name !== "upgrade" || ngx.var.upstream_connection === "keep-alive") ngx.req.clear_header(name);
    }
  }
  for (const item of listItems(te)) {
    if (item === "trailers") ngx.var.upstream_te = "trailers";
  }
  if (ngx.var.http_proxy !== undefined) ngx.req.clear_header("Proxy");
  if (ngx.var.http_proxy_connection !== undefined) ngx.req.clear_header("Proxy-Connection");
}

/** The headers that Kong adds to an answer. */
function headersForClient(ctx: RequestContext): void {
  const names = constants.HEADERS;
  const enabled = kong.configuration.enabled_headers;
  if (ctx.KONG_PROXIED === true) {
    for (const name of listItems(ngx.var.upstream_http_connection)) {
      if (name !== "close" && name !== "upgrade" && name !== "keep-alive") ngx.header[name] = undefined;
    }
    if (enabled[names.UPSTREAM_STATUS] === true) ngx.header[names.UPSTREAM_STATUS] = ngx.var.upstream_status;
    if (enabled[names.UPSTREAM_LATENCY] === true) ngx.header[names.UPSTREAM_LATENCY] = ctx.KONG_WAITING_TIME;
    if (enabled[names.PROXY_LATENCY] === true) ngx.header[names.PROXY_LATENCY] = ctx.KONG_PROXY_LATENCY;
    if (enabled[names.VIA] === true) {
      const via = ngx.var.upstream_http_via;
      ngx.header[names.VIA] = via === undefined ? `1.1 ${SERVER}` : `${via}, 1.1 ${SERVER}`;
    }
    if (enabled[names.SERVER] === true && ngx.header[names.SERVER] === undefined) ngx.header[names.SERVER] = SERVER;
  } else {
    if (enabled[names.RESPONSE_LATENCY] === true) ngx.header[names.RESPONSE_LATENCY] = ctx.KONG_RESPONSE_LATENCY;
    ngx.header[names.SERVER] = enabled[names.SERVER] === true ? SERVER : undefined;
  }
  if (enabled[names.REQUEST_ID] === true) ngx.header[names.REQUEST_ID] = ngx.var.kong_request_id;
}

export { afterPlugins, headersForClient, routeRequest };
