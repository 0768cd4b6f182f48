/** What nginx calls in each phase. */
import balancer = require("ngx.balancer");
import cjson = require("cjson.safe");
import { newKong } from "../kong/pdk";
import { PHASES } from "../kong/pdk/phases";
import { start as startEvents, broadcast, subscribe } from "../kong/worker_events";
import { consumers } from "./consumers";
import { patchSockets } from "./hosts";
import { Instance, Phase, Plugin, configFor } from "./plugins";
import { afterPlugins, headersForClient, routeRequest } from "./proxy";
import { Entities, Launch, State, check, decode, readFile, tryState } from "./state";

const CONFIG_EVENT = "gateway:configuration";

let state: State | undefined;
/** The file that holds the entities; replaced by /config. */
let entitiesFile = "";

/** A request's context by its id: nginx drops ngx.ctx on an internal redirect (error pages, unbuffered routes). */
const contexts: LuaTable<string, RequestContext> = new LuaTable();

const createCoroutine = coroutine.create as unknown as (this: void, fn: unknown) => LuaThread;
const resume = coroutine.resume as unknown as (
  this: void,
  thread: LuaThread,
  ...args: unknown[]
) => LuaMultiReturn<[boolean, unknown]>;

function current(): State {
  if (state === undefined) error("the gateway is not configured");
  return state;
}

type PhaseFunction = (this: void, handler: Dict, config: unknown) => unknown;

function phaseOf(plugin: Plugin, phase: Phase): PhaseFunction | undefined {
  return plugin.handler[phase] as PhaseFunction | undefined;
}

function enter(ctx: RequestContext, plugin: Plugin, config: Dict): void {
  ctx.plugin_key = plugin.handler;
  ctx.plugin_id = config.__plugin_id as string;
  ctx.KONG_LOG_NAMESPACE = plugin.name;
}

function leave(ctx: RequestContext): void {
  ctx.plugin_key = undefined;
  ctx.plugin_id = undefined;
  ctx.KONG_LOG_NAMESPACE = undefined;
}

/** Runs one phase of plugins that cannot answer the request; an error is logged and the next one runs. */
function runAll(ctx: RequestContext, instances: Instance[], phase: Phase): void {
  for (const { plugin, config } of instances) {
    const run = phaseOf(plugin, phase);
    if (run !== undefined) {
      enter(ctx, plugin, config);
      run(plugin.handler, config);
      leave(ctx);
    }
  }
}

/** Runs the access phase: the first answer counts, and the plugins after it are passed over, but still collected for the later phases. */
function runAccess(ctx: RequestContext): void {
  const { plugins } = current();
  const collected: Instance[] = [];
  ctx.collected_plugins = collected;
  ctx.delay_response = true;
  for (const plugin of plugins.loaded) {
    const config = configFor(plugins, plugin, ctx);
    if (config !== undefined) {
      collected.push({ plugin, config });
      const run = phaseOf(plugin, "access");
      if (run !== undefined && ctx.delayed_response === undefined) {
        enter(ctx, plugin, config);
        const thread = createCoroutine(run);
        const [ok, err] = resume(thread, plugin.handler, config);
        if (!ok) {
          kong.log.err(err);
          ctx.KONG_UNEXPECTED = true;
          ctx.delayed_response = { status_code: 500, content: undefined, headers: undefined };
        }
        leave(ctx);
      }
    }
  }
  ctx.delay_response = undefined;
}

function configurePlugins(): void {
  const { plugins } = current();
  for (const plugin of plugins.loaded) {
    const run = phaseOf(plugin, "configure");
    if (run !== undefined) {
      enter(ngx.ctx, plugin, {});
      run(plugin.handler, plugins.configs[plugin.name]);
      leave(ngx.ctx);
    }
  }
}

function loadEntities(): void {
  const [next_, err] = tryState(decode(readFile(entitiesFile)) as Entities);
  if (next_ === undefined) error(`error parsing declarative config file:\n${err}`, 0);
  state = next_;
}

/** init_by_lua: an error here is nginx's exit, and the launcher prints it. */
function init(launchFile: string, file: string): void {
  const launch = decode(readFile(launchFile)) as Launch;
  kong = newKong(launch.configuration);
  kong.db = { consumers };
  entitiesFile = file;
  patchSockets();
  const [ok, err] = pcall(loadEntities);
  if (!ok) error(`KONG-ERROR: ${tostring(err)}`, 0);
}

function initWorker(): void {
  math.randomseed(ngx.worker.pid() + ngx.now() * 1000);
  startEvents();
  subscribe(CONFIG_EVENT, () => {
    loadEntities();
    configurePlugins();
  });
  const ctx = ngx.ctx;
  ctx.KONG_PHASE = PHASES.init_worker;
  for (const plugin of current().plugins.loaded) {
    const run = phaseOf(plugin, "init_worker");
    if (run !== undefined) {
      enter(ctx, plugin, {});
      run(plugin.handler, undefined);
      leave(ctx);
    }
  }
  configurePlugins();
}

function certificate(): void {
  const ctx = ngx.ctx;
  ctx.KONG_PHASE = PHASES.certificate;
  ctx.workspace = kong.default_workspace;
  runAll(ctx, current().plugins.globals, "certificate");
}

/** The context that a request had before nginx redirected it internally. */
function restore(): RequestContext | undefined {
  const id = ngx.var.kong_request_id;
  const saved = id === undefined ? undefined : (contexts.get(id) as RequestContext | undefined);
  if (saved !== undefined) ngx.ctx = saved;
  return saved;
}

function rewrite(): void {
  if (ngx.var.kong_proxy_mode === "unbuffered") {
    restore();
    return;
  }
  const ctx = ngx.ctx;
  ctx.KONG_PROCESSING_START = ngx.req.start_time() * 1000;
  ctx.KONG_PHASE = PHASES.rewrite;
  ctx.workspace = kong.default_workspace;
  contexts.set(ngx.var.kong_request_id ?? "", ctx);
  runAll(ctx, current().plugins.globals, "rewrite");
}

interface Responder {
  send_delayed(this: void, ctx: RequestContext): void;
}

function finishAccess(ctx: RequestContext): void {
  ngx.update_time();
  ctx.KONG_ACCESS_ENDED_AT = ngx.now() * 1000;
  ctx.KONG_RESPONSE_LATENCY = math.floor(ctx.KONG_ACCESS_ENDED_AT - (ctx.KONG_PROCESSING_START ?? 0));
}

function access(): void {
  const ctx = ngx.ctx;
  ctx.KONG_PHASE = PHASES.access;
  if (ngx.var.kong_proxy_mode !== "unbuffered") {
    const location = routeRequest(ctx, current().router);
    if (location !== undefined) ngx.exec(location);
  }
  runAccess(ctx);
  if (ctx.delayed_response !== undefined) {
    finishAccess(ctx);
    if (ctx.KONG_UNEXPECTED === true) kong.response.error(500);
    (kong.response as unknown as Responder).send_delayed(ctx);
    return;
  }
  if (ctx.service === undefined) {
    finishAccess(ctx);
    kong.response.error(503, "no Service found with those values");
  }
  afterPlugins(ctx);
  finishAccess(ctx);
  ctx.KONG_PROXIED = true;
}

function balance(): void {
  const ctx = ngx.ctx;
  const data = ctx.balancer_data;
  if (data === undefined) error("no balancer data");
  data.try_count = data.try_count + 1;
  if (data.try_count === 1) {
    ctx.KONG_PROXY_LATENCY = math.floor(ngx.now() * 1000 - (ctx.KONG_PROCESSING_START ?? 0));
  } else {
    const [state_, code] = balancer.get_last_failure();
    const last = data.tries[data.tries.length - 1];
    last.state = state_;
    last.code = code;
  }
  data.tries.push({ balancer_start: math.floor(ngx.now() * 1000), ip: data.ip, port: data.port });
  if (data.try_count <= data.retries) balancer.set_more_tries(1);
  const { service } = data;
  balancer.set_timeouts(service.connect_timeout / 1000, service.write_timeout / 1000, service.read_timeout / 1000);
  const [ok, err] = balancer.set_current_peer(data.ip, data.port);
  if (ok !== true) error(`failed to set the current peer (address: ${data.ip} port: ${data.port}): ${err}`);
}

function instancesOf(ctx: RequestContext): Instance[] {
  return (ctx.collected_plugins as Instance[] | undefined) ?? current().plugins.globals;
}

function headerFilter(): void {
  const ctx = ngx.ctx;
  if (ctx.KONG_PROCESSING_START === undefined) ctx.KONG_PROCESSING_START = ngx.req.start_time() * 1000;
  const now = ngx.now() * 1000;
  if (ctx.KONG_PROXIED === true) {
    const start = ctx.KONG_PROCESSING_START + (ctx.KONG_PROXY_LATENCY ?? 0);
    ctx.KONG_WAITING_TIME = math.max(0, math.floor(now - start));
  } else if (ctx.KONG_RESPONSE_LATENCY === undefined) {
    ctx.KONG_RESPONSE_LATENCY = math.floor(now - ctx.KONG_PROCESSING_START);
  }
  ctx.KONG_PHASE = PHASES.header_filter;
  runAll(ctx, instancesOf(ctx), "header_filter");
  headersForClient(ctx);
}

function bodyFilter(): void {
  const ctx = ngx.ctx;
  ctx.KONG_PHASE = PHASES.body_filter;
  if (ctx.response_body !== undefined) {
    ngx.arg[1] = ctx.response_body;
    ngx.arg[2] = true;
  }
  runAll(ctx, instancesOf(ctx), "body_filter");
}

function log(): void {
  const ctx = ngx.ctx;
  ctx.KONG_PHASE = PHASES.log;
  runAll(ctx, instancesOf(ctx), "log");
  contexts.delete(ngx.var.kong_request_id ?? "");
}

/** Kong's own pages instead of nginx's. */
function handleError(): void {
  restore();
  const ctx = ngx.ctx;
  ctx.KONG_PHASE = PHASES.error;
  ctx.KONG_UNEXPECTED = true;
  ctx.delay_response = undefined;
  // A request that could not be read has no Accept header to go by.
  const usual = ngx.req.get_headers().Accept === undefined ? kong.configuration.error_default_type : undefined;
  // nginx's own status for headers that are too long or too many.
  const tooLarge = ngx.status === 494;
  kong.response.error(
    tooLarge ? 400 : ngx.status >= 400 ? ngx.status : 500,
    tooLarge ? "Request header or cookie too large" : undefined,
    usual === undefined ? undefined : { "Content-Type": `${usual}; charset=utf-8` },
  );
}

/** The launcher's own door, a socket in the prefix: takes a new configuration, as POST /config does on Kong. */
function control(): void {
  if (ngx.var.uri === "/ready") {
    ngx.say("ready");
    return;
  }
  ngx.req.read_body();
  const body = ngx.req.get_body_data() ?? readFile(ngx.req.get_body_file() ?? "");
  const [entities] = cjson.decode(body);
  const err = type(entities) === "table" ? check(entities as Entities) : "not JSON";
  if (err !== undefined) {
    ngx.status = 400;
    ngx.say(err);
    return;
  }
  const [file] = io.open(entitiesFile, "w");
  file?.write(body);
  file?.close();
  loadEntities();
  // Before the plugins are configured, as Kong does: what they write then is there to stay.
  (kong.cache as { purge(): void }).purge();
  ngx.shared.kong_db_cache?.flush_all();
  configurePlugins();
  broadcast(CONFIG_EVENT, "");
  ngx.say("ok");
}

export {
  access,
  balance,
  bodyFilter as body_filter,
  certificate,
  control,
  handleError as handle_error,
  headerFilter as header_filter,
  init,
  initWorker as init_worker,
  log,
  rewrite,
};
