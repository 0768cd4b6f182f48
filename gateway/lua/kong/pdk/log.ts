import errlog = require("ngx.errlog");
import ssl = require("ngx.ssl");
import constants = require("../constants");
import { PHASES, check, phases } from "./phases";

const SERIALIZED = phases("rewrite", "access", "header_filter", "response", "body_filter", "log");

type Writer = (this: void, ...args: unknown[]) => void;

const selectAny = select as unknown as (this: void, position: number, ...args: unknown[]) => LuaMultiReturn<[unknown]>;

/** What a log line is made of: arguments as text, a table by its address, as in Kong. */
function join(...args: unknown[]): string {
  const parts: string[] = [];
  for (const position of $range(1, select("#", ...args))) {
    const [value] = selectAny(position, ...args);
    parts.push(tostring(value));
  }
  return table.concat(parts);
}

/** file:line of the code that logs, without its folder. */
function source(): string {
  const info = debug.getinfo(3, "Sl") as unknown as { short_src: string; currentline: number } | undefined;
  if (info === undefined) return "";
  const [file] = string.match(info.short_src, "([^/]*)$");
  return `${file}:${info.currentline}`;
}

/** A plugin's own log carries its name: `[kong] handler.lua:12 [token-introspection] message`. */
function writer(level: number, namespace: () => string | undefined): Writer {
  return (...args: unknown[]) => {
    if (errlog.get_sys_filter_level() < level) return;
    const name = namespace();
    const label = name === undefined ? "" : `[${name}] `;
    errlog.raw_log(level, `[kong] ${source()} ${label}${join(...args)}`);
  };
}

function isSerializable(value: unknown, above: LuaSet<object>): boolean {
  const kind = type(value);
  if (value === undefined || value === ngx.null || kind === "number" || kind === "string" || kind === "boolean")
    return true;
  if (kind !== "table" || above.has(value as object)) return false;
  above.add(value as object);
  for (const [key, item] of pairs(value as Dict)) {
    const keyKind = type(key);
    if ((keyKind !== "string" && keyKind !== "number" && keyKind !== "boolean") || !isSerializable(item, above))
      return false;
  }
  return true;
}

function setSerializeValue(key: unknown, value: unknown, options?: { mode?: string }): void {
  check(SERIALIZED);
  if (typeof key !== "string") error("key must be a string", 2);
  const mode = options?.mode ?? "set";
  if (mode !== "set" && mode !== "add" && mode !== "replace") error("mode must be 'set', 'add' or 'replace'", 2);
  const ctx = ngx.ctx;
  const entry = { key, value, mode };
  if (ctx.serialize_values === undefined) ctx.serialize_values = [entry];
  else ctx.serialize_values.push(entry);
}

function applyValue(root: Dict, key: string, value: unknown, mode: string): void {
  if (!isSerializable(value, new LuaSet())) {
    error(
      "value must be nil, a number, string, boolean or a non-self-referencial table containing numbers, string and booleans",
      4,
    );
  }
  let node = root;
  let from = 1;
  let [dot] = string.find(key, ".", 2, true);
  while (dot !== undefined) {
    const part = string.sub(key, from, dot - 1);
    from = dot + 1;
    const child = node[part];
    if (child === undefined) {
      if (mode === "replace") return;
      node[part] = {};
    } else if (type(child) !== "table") {
      error(
        `The key '${key}' could not be used as a serialize value. Subkey '${part}' is not a table. It's ${tostring(child)}`,
      );
    }
    node = node[part] as Dict;
    [dot] = string.find(key, ".", from, true);
  }
  const last = string.sub(key, from);
  const existing = node[last];
  if (mode === "set" || (mode === "add" && existing === undefined) || (mode === "replace" && existing !== undefined))
    node[last] = value;
}

function decimal(text: string | undefined): unknown {
  return text === undefined ? undefined : (tonumber(text, 10) ?? text);
}

function copy(value: unknown): unknown {
  if (type(value) !== "table") return value;
  const result: Dict = {};
  for (const [key, item] of pairs(value as Dict)) result[key] = copy(item);
  return result;
}

function newSerializer(kongTable: Kong): () => Dict {
  return () => {
    check(PHASES.log);
    const ctx = ngx.ctx;
    const uri = ctx.request_uri ?? ngx.var.request_uri ?? "";
    let upstreamUri = ngx.var.upstream_uri ?? "";
    const [mark] = string.find(upstreamUri, "?", 1, true);
    if (upstreamUri !== "" && mark === undefined) {
      if (string.sub(uri, -1) === "?") upstreamUri = `${upstreamUri}?`;
      else if (ngx.var.is_args === "?") upstreamUri = `${upstreamUri}?${ngx.var.args ?? ""}`;
    }
    const requestHeaders = kongTable.request.get_headers();
    if (requestHeaders.authorization !== undefined) requestHeaders.authorization = "REDACTED";
    if (requestHeaders["proxy-authorization"] !== undefined) requestHeaders["proxy-authorization"] = "REDACTED";
    const port = ctx.host_port ?? tonumber(ngx.var.server_port, 10);
    let version: string | undefined;
    if (ngx.var.https === "on") [version] = ssl.get_tls1_version_str();
    const credential = ctx.authenticated_credential;
    const [query] = kongTable.request.get_query();
    const names = constants.RESPONSE_SOURCE.NAMES as Record<string, string>;
    const root: Dict = {
      request: {
        id: ngx.var.kong_request_id ?? "",
        uri,
        url: `${ngx.var.scheme}://${ngx.var.host}${port === undefined ? "" : `:${port}`}${uri}`,
        querystring: query,
        method: kongTable.request.get_method(),
        headers: requestHeaders,
        size: decimal(ngx.var.request_length),
        tls:
          version === undefined
            ? undefined
            : {
                version,
                cipher: ngx.var.ssl_cipher,
                client_verify: ctx.CLIENT_VERIFY_OVERRIDE ?? ngx.var.ssl_client_verify,
              },
      },
      upstream_uri: upstreamUri,
      upstream_status: ngx.var.upstream_status ?? "",
      response: { status: ngx.status, headers: ngx.resp.get_headers(), size: decimal(ngx.var.bytes_sent) },
      latencies: {
        kong: ctx.KONG_PROXY_LATENCY ?? ctx.KONG_RESPONSE_LATENCY ?? 0,
        proxy: ctx.KONG_WAITING_TIME ?? -1,
        request: (tonumber(ngx.var.request_time ?? "0") ?? 0) * 1000,
        receive: 0,
      },
      tries: ctx.balancer_data?.tries,
      authenticated_entity:
        credential === undefined ? undefined : { id: credential.id, consumer_id: credential.consumer_id },
      route: copy(ctx.route),
      service: copy(ctx.service),
      consumer: copy(ctx.authenticated_consumer),
      client_ip: ngx.var.remote_addr,
      started_at: kongTable.request.get_start_time(),
      source: names[kongTable.response.get_source(ctx)],
      workspace: ctx.workspace,
      workspace_name: "default",
    };
    if (ctx.serialize_values !== undefined) {
      for (const item of ctx.serialize_values) applyValue(root, item.key, item.value, item.mode);
    }
    return root;
  };
}

/** kong.log. The namespace is the plugin that runs, when there is one. */
function newLog(kongTable: Kong): KongLog {
  function namespace(): string | undefined {
    const [ok, ctx] = pcall(() => ngx.ctx);
    return ok ? (ctx as RequestContext).KONG_LOG_NAMESPACE : undefined;
  }
  const notice = writer(ngx.NOTICE, namespace);
  const log = {
    debug: writer(ngx.DEBUG, namespace),
    info: writer(ngx.INFO, namespace),
    notice,
    warn: writer(ngx.WARN, namespace),
    err: writer(ngx.ERR, namespace),
    crit: writer(ngx.CRIT, namespace),
    alert: writer(ngx.ALERT, namespace),
    emerg: writer(ngx.EMERG, namespace),
    deprecation: writer(ngx.WARN, namespace),
    inspect: writer(ngx.DEBUG, namespace),
    set_serialize_value: setSerializeValue,
    serialize: newSerializer(kongTable),
  };
  return setmetatable(log, {
    __call: (...args: unknown[]) => {
      notice(...args);
    },
  }) as unknown as KongLog;
}

export { newLog };
