/** Builds the `kong` global. */
import buffer = require("string.buffer");
import clearTable = require("table.clear");
import newTable = require("table.new");
import { newCache } from "./cache";
import { newClient } from "./pdk/client";
import { newIp } from "./pdk/ip";
import { newLog } from "./pdk/log";
import { REQUEST, check } from "./pdk/phases";
import { newRequest } from "./pdk/request";
import { newResponse } from "./pdk/response";
import { newService } from "./pdk/service";
import { newTracing } from "./pdk/tracing";
import { newUuid } from "./pdk/uuid";
import { newVault } from "./pdk/vault";
import { VERSION, VERSION_NUMBER } from "./pdk/version";
import { broadcast, subscribe } from "./worker_events";

/** kong.ctx: `plugin` is the running plugin's own table in this request, `shared` is everybody's. */
function newContext(): Kong["ctx"] {
  return setmetatable({} as Kong["ctx"], {
    __index: ((_: unknown, key: string) => {
      const ctx = ngx.ctx;
      if (key === "shared") {
        if (ctx.shared_context === undefined) ctx.shared_context = {};
        return ctx.shared_context;
      }
      if (key !== "plugin" || ctx.plugin_key === undefined) return undefined;
      if (ctx.plugin_contexts === undefined) ctx.plugin_contexts = new LuaTable();
      let own = ctx.plugin_contexts.get(ctx.plugin_key) as Dict | undefined;
      if (own === undefined) {
        own = {};
        ctx.plugin_contexts.set(ctx.plugin_key, own);
      }
      return own;
    }) as never,
  });
}

function newRouter(): Dict {
  return {
    get_route: () => {
      check(REQUEST);
      return ngx.ctx.route;
    },
    get_service: () => {
      check(REQUEST);
      return ngx.ctx.service;
    },
  };
}

function mergeTables(first: Dict | undefined, second: Dict | undefined): Dict {
  const result: Dict = {};
  for (const [key, value] of pairs(first ?? {})) result[key] = value;
  for (const [key, value] of pairs(second ?? {})) result[key] = value;
  return result;
}

type EventHandler = (this: void, data: unknown, event: string, source: string, worker?: number) => void;

const ANY_EVENT = "*";
const WORKER_EVENT = "worker-events";

/** Where events of one source and kind are handled; those of any kind under a name of their own. */
const eventHandlers: LuaTable<string, EventHandler[]> = new LuaTable();

function deliver(payload: string): void {
  const [source, event, data] = buffer.decode(payload) as [string, string, unknown];
  for (const kind of [event, ANY_EVENT]) {
    for (const handler of (eventHandlers.get(`${source}\n${kind}`) as EventHandler[] | undefined) ?? []) {
      const [ok, err] = pcall(handler, data, event, source);
      if (!ok)
        ngx.log(
          ngx.ERR,
          `worker-events: event callback failed; source=${source}, event=${event}, err=${tostring(err)}`,
        );
    }
  }
}

function deliverLater(premature: boolean, payload: string): void {
  if (!premature) deliver(payload);
}

/** kong.worker_events: an event reaches every worker, the one that posts it as well, and never at once. Called with a dot. */
const workerEvents = {
  post: (source: string, event: string, data: unknown): boolean => {
    const payload = buffer.encode([source, event, data]);
    broadcast(WORKER_EVENT, payload);
    ngx.timer.at(0, deliverLater, payload);
    return true;
  },
  post_local: (source: string, event: string, data: unknown): boolean => {
    ngx.timer.at(0, deliverLater, buffer.encode([source, event, data]));
    return true;
  },
  register: (handler: EventHandler, source: string, event?: string): void => {
    const key = `${source}\n${event ?? ANY_EVENT}`;
    const list = eventHandlers.get(key) as EventHandler[] | undefined;
    if (list === undefined) eventHandlers.set(key, [handler]);
    else list.push(handler);
  },
  poll: (): string => "done",
};

/** kong.cluster_events as without a database: there is no other node. Called with a colon. */
const clusterEvents = {
  subscribe(this: unknown, channel: unknown, handler: unknown): boolean {
    if (typeof channel !== "string") error("channel must be a string", 2);
    if (type(handler) !== "function") error("callback must be a function", 2);
    return true;
  },
  broadcast(this: unknown, channel: unknown, data: unknown): boolean {
    if (typeof channel !== "string") error("channel must be a string", 2);
    if (typeof data !== "string") error("data must be a string", 2);
    return true;
  },
};

function newKong(configuration: Configuration): Kong {
  const nodeId = (configuration.node_id as string | undefined) ?? newUuid();
  const self = {} as Kong;
  self.configuration = configuration;
  self.version = VERSION;
  self.version_num = VERSION_NUMBER;
  self.default_workspace = "0dc6f45b-8f8d-40d2-a504-473544ee190b";
  self.ip = newIp(configuration.trusted_ips);
  self.client = newClient(self);
  self.request = newRequest(self);
  self.log = newLog(self);
  self.response = newResponse(self);
  self.service = newService();
  self.vault = newVault();
  self.tracing = newTracing();
  self.router = newRouter();
  self.ctx = newContext();
  self.cache = newCache("kong_db_cache");
  self.core_cache = newCache("kong_core_db_cache");
  subscribe(WORKER_EVENT, deliver);
  self.worker_events = workerEvents;
  self.cluster_events = clusterEvents;
  self.table = { new: newTable, clear: clearTable, merge: mergeTables };
  self.node = {
    get_id: () => nodeId,
    get_hostname: () => (configuration.hostname as string | undefined) ?? "localhost",
    get_memory_stats: () => error("kong.node.get_memory_stats is not part of the development gateway", 2),
  };
  self.cluster = { get_id: () => nodeId };
  self.nginx = { get_subsystem: () => ngx.config.subsystem };
  self.plugin = {
    get_id: () => ngx.ctx.plugin_id,
  };
  return self;
}

export { newKong };
