/** Writes the nginx.conf that hosts the gateway's Lua side: Kong's own template, as far as the gateway goes. */
import type { Directive, KongConf, Listener } from "./kong-conf.ts";
import { list } from "./kong-conf.ts";
import { SettingsError } from "./settings-error.ts";

/** Files and folders that the configuration names. */
export interface Layout {
  prefix: string;
  /** The folder with nginx's modules. */
  modules: string;
  /** nginx limits the number of a request's headers. */
  limitsHeaders: boolean;
  /** Lua's search path for the gateway and the plugins. */
  packagePath: string;
  launchFile: string;
  entitiesFile: string;
  controlSocket: string;
  /** One file with all certificates of lua_ssl_trusted_certificate. */
  trustedCertificates: string | undefined;
  certificates: { certificate: string; key: string }[];
  isRoot: boolean;
  /** Environment variables that the workers may read. */
  environmentNames: string[];
  /** Name servers for cosockets. */
  resolvers: string[];
}

const DICTIONARIES: Record<string, string> = {
  kong: "5m",
  kong_locks: "8m",
  kong_cluster_events: "5m",
  kong_core_db_cache: "MEM",
  kong_core_db_cache_miss: "12m",
  kong_db_cache: "MEM",
  kong_db_cache_miss: "12m",
  kong_rate_limiting_counters: "12m",
};

/** Directives of one block; a later one of the same name replaces an earlier one. */
class Block {
  readonly #lines = new Map<string, string>();

  set(name: string, value: string): this {
    this.#lines.set(name, `${name} ${value};`);
    return this;
  }

  /** Adds a directive that may stand more than once. */
  add(name: string, value: string): this {
    this.#lines.set(`${name} ${value}`, `${name} ${value};`);
    return this;
  }

  inject(directives: Directive[]): this {
    for (const { name, value } of directives) this.set(name, value);
    return this;
  }

  render(indent: string): string {
    return [...this.#lines.values()].map((line) => `${indent}${line}`).join("\n");
  }
}

function get(conf: KongConf, name: string): string {
  return conf.values.get(name) ?? "";
}

function logFile(conf: KongConf, name: string): string {
  const value = get(conf, name);
  if (value === "off") return "off";
  return value.startsWith("/") ? value : `${conf.prefix}/${value}`;
}

function mainBlock(conf: KongConf, layout: Layout): Block {
  const block = new Block()
    .add("load_module", `${layout.modules}/ndk_http_module.so`)
    .add("load_module", `${layout.modules}/ngx_http_lua_module.so`)
    .set("daemon", "off")
    .set("pid", `${layout.prefix}/pids/nginx.pid`)
    .set("error_log", `${logFile(conf, "proxy_error_log")} ${get(conf, "log_level")}`)
    .set("worker_processes", get(conf, "nginx_worker_processes"));
  // Workers of another user could not read a private key of mode 0600.
  if (layout.isRoot) block.set("user", get(conf, "nginx_user") === "" ? "root" : get(conf, "nginx_user"));
  // nginx hides the environment from its workers, and secrets may be there ({vault://env/...}).
  for (const name of layout.environmentNames) block.add("env", name);
  return block.inject(
    conf.directives.main.filter(({ name }) => name !== "daemon" && (name !== "user" || layout.isRoot)),
  );
}

function eventsBlock(conf: KongConf): Block {
  return new Block().set("worker_connections", "4096").set("multi_accept", "on").inject(conf.directives.events);
}

function httpBlock(conf: KongConf, layout: Layout): Block {
  const block = new Block()
    .set("server_tokens", "off")
    .set("lua_package_path", `'${layout.packagePath};;'`)
    .set("lua_socket_pool_size", get(conf, "lua_socket_pool_size"))
    .set("lua_socket_log_errors", "off")
    .set("lua_max_running_timers", "4096")
    .set("lua_max_pending_timers", "16384")
    .set("underscores_in_headers", "on")
    .set("charset", "UTF-8")
    .set("client_max_body_size", "0")
    .set("client_body_buffer_size", get(conf, "client_body_buffer_size"))
    .set("client_body_temp_path", `${layout.prefix}/client_body_temp`)
    .set("proxy_temp_path", `${layout.prefix}/proxy_temp`)
    .set("fastcgi_temp_path", `${layout.prefix}/fastcgi_temp`)
    .set("uwsgi_temp_path", `${layout.prefix}/uwsgi_temp`)
    .set("scgi_temp_path", `${layout.prefix}/scgi_temp`)
    .set("keepalive_requests", "10000")
    .set("lua_regex_match_limit", "100000")
    .set("lua_regex_cache_max_entries", "8192")
    .set("uninitialized_variable_warn", "off")
    .set("ssl_protocols", get(conf, "ssl_protocols"))
    .set("ssl_prefer_server_ciphers", get(conf, "ssl_prefer_server_ciphers"))
    .set("ssl_session_tickets", get(conf, "ssl_session_tickets"))
    .set("ssl_session_timeout", get(conf, "ssl_session_timeout"))
    .set("lua_ssl_verify_depth", get(conf, "lua_ssl_verify_depth"))
    .set("lua_ssl_protocols", get(conf, "lua_ssl_protocols"));
  if (layout.limitsHeaders) block.set("max_headers", "100000");
  if (get(conf, "ssl_ciphers") !== "") block.set("ssl_ciphers", get(conf, "ssl_ciphers"));
  if (get(conf, "ssl_dhparam") !== "") block.set("ssl_dhparam", get(conf, "ssl_dhparam"));
  if (get(conf, "lua_package_cpath") !== "") block.set("lua_package_cpath", `'${get(conf, "lua_package_cpath")};;'`);
  if (layout.trustedCertificates !== undefined) block.set("lua_ssl_trusted_certificate", layout.trustedCertificates);
  if (layout.resolvers.length > 0) block.set("resolver", `${layout.resolvers.join(" ")} ipv6=off`);
  const injected: Directive[] = [];
  for (const directive of conf.directives.http) {
    if (directive.name === "lua_shared_dict") block.add(directive.name, directive.value);
    else injected.push(directive);
  }
  for (const [name, size] of Object.entries(DICTIONARIES))
    block.add("lua_shared_dict", `${name} ${size === "MEM" ? get(conf, "mem_cache_size") : size}`);
  return block.inject(injected);
}

function listenLine(listener: Listener): string {
  return `listen ${listener.host}:${listener.port}${listener.parameters.map((parameter) => ` ${parameter}`).join("")};`;
}

function serverBlock(conf: KongConf, layout: Layout): Block {
  const accessLog = logFile(conf, "proxy_access_log").split(" ")[0] ?? "off";
  const block = new Block()
    .set("server_name", "kong")
    .set("error_log", `${logFile(conf, "proxy_error_log")} ${get(conf, "log_level")}`)
    .set("access_log", accessLog === "off" ? "off" : `${accessLog} kong_log_format`)
    .set("real_ip_header", get(conf, "real_ip_header"))
    .set("real_ip_recursive", get(conf, "real_ip_recursive"));
  for (const address of list(get(conf, "trusted_ips"))) block.add("set_real_ip_from", address);
  if (conf.listeners.some(({ ssl }) => ssl)) {
    for (const { certificate, key } of layout.certificates)
      block.add("ssl_certificate", certificate).add("ssl_certificate_key", key);
    block.set("ssl_session_cache", `shared:SSL:${get(conf, "ssl_session_cache_size")}`);
  }
  return block.inject(conf.directives.proxy);
}

const UPSTREAM_HEADERS = `
      proxy_set_header TE                 $upstream_te;
      proxy_set_header Via                $upstream_via;
      proxy_set_header Host               $upstream_host;
      proxy_set_header Upgrade            $upstream_upgrade;
      proxy_set_header Connection         $upstream_connection;
      proxy_set_header X-Forwarded-For    $upstream_x_forwarded_for;
      proxy_set_header X-Forwarded-Proto  $upstream_x_forwarded_proto;
      proxy_set_header X-Forwarded-Host   $upstream_x_forwarded_host;
      proxy_set_header X-Forwarded-Port   $upstream_x_forwarded_port;
      proxy_set_header X-Forwarded-Path   $upstream_x_forwarded_path;
      proxy_set_header X-Forwarded-Prefix $upstream_x_forwarded_prefix;
      proxy_set_header X-Real-IP          $remote_addr;
      proxy_set_header X-Kong-Request-Id  $kong_request_id;
      proxy_pass_header Server;
      proxy_pass_header Date;
      proxy_ssl_name $upstream_host;
      proxy_ssl_server_name on;
      proxy_pass $upstream_scheme://kong_upstream$upstream_uri;`;

function unbuffered(name: string, response: "on" | "off", request: "on" | "off"): string {
  return `
    location ${name} {
      internal;
      default_type '';
      set $kong_proxy_mode 'unbuffered';
      proxy_http_version 1.1;
      proxy_buffering ${response};
      proxy_request_buffering ${request};
${UPSTREAM_HEADERS}
    }`;
}

/** The whole configuration. */
export function renderNginxConf(conf: KongConf, layout: Layout): string {
  if (conf.listeners.length === 0) throw new SettingsError("proxy_listen = off: there is nothing to listen on");
  const certificatePhase = conf.listeners.some(({ ssl }) => ssl)
    ? "\n    ssl_certificate_by_lua_block { Gateway.certificate() }"
    : "";
  return `# Written by the development gateway at each start: changes here are lost.
${mainBlock(conf, layout).render("")}

events {
${eventsBlock(conf).render("  ")}
}

http {
${httpBlock(conf, layout).render("  ")}

  log_format kong_log_format '$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent '
                             '"$http_referer" "$http_user_agent" kong_request_id: "$kong_request_id"';

  init_by_lua_block {
    Gateway = require("gateway.main")
    Gateway.init("${layout.launchFile}", "${layout.entitiesFile}")
  }
  init_worker_by_lua_block { Gateway.init_worker() }

  upstream kong_upstream {
    server 0.0.0.1;
    balancer_by_lua_block { Gateway.balance() }
    keepalive ${get(conf, "upstream_keepalive_pool_size")};
    keepalive_requests ${get(conf, "upstream_keepalive_max_requests")};
    keepalive_timeout ${get(conf, "upstream_keepalive_idle_timeout")}s;
${new Block().inject(conf.directives.upstream).render("    ")}
  }

  server {
${conf.listeners.map((listener) => `    ${listenLine(listener)}`).join("\n")}
${serverBlock(conf, layout).render("    ")}
    error_page 400 404 405 408 411 412 413 414 417 /kong_error_handler;
    error_page 494 =494                            /kong_error_handler;
    error_page 500 502 503 504                     /kong_error_handler;
    set $kong_request_id $request_id;
${certificatePhase}
    rewrite_by_lua_block { Gateway.rewrite() }
    access_by_lua_block { Gateway.access() }
    header_filter_by_lua_block { Gateway.header_filter() }
    body_filter_by_lua_block { Gateway.body_filter() }
    log_by_lua_block { Gateway.log() }

    location / {
      default_type '';
      set $upstream_te '';
      set $upstream_via '';
      set $upstream_host '';
      set $upstream_upgrade '';
      set $upstream_connection '';
      set $upstream_scheme '';
      set $upstream_uri '';
      set $upstream_x_forwarded_for '';
      set $upstream_x_forwarded_proto '';
      set $upstream_x_forwarded_host '';
      set $upstream_x_forwarded_port '';
      set $upstream_x_forwarded_path '';
      set $upstream_x_forwarded_prefix '';
      set $kong_proxy_mode 'http';
      proxy_http_version 1.1;
      proxy_buffering on;
      proxy_request_buffering on;
${new Block().inject(conf.directives.location).render("      ")}
${UPSTREAM_HEADERS}
    }
${unbuffered("@unbuffered", "off", "off")}
${unbuffered("@unbuffered_request", "on", "off")}
${unbuffered("@unbuffered_response", "off", "on")}

    location = /kong_error_handler {
      internal;
      default_type '';
      rewrite_by_lua_block { return }
      access_by_lua_block { return }
      content_by_lua_block { Gateway.handle_error() }
    }
  }

  server {
    listen unix:${layout.controlSocket};
    access_log off;
    client_body_buffer_size 1m;
    location / { content_by_lua_block { Gateway.control() } }
  }
}
`;
}
