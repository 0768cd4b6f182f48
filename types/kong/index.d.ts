/// <reference path="./request.d.ts" />
/// <reference path="./client.d.ts" />
/// <reference path="./response.d.ts" />
/// <reference path="./service.d.ts" />
/// <reference path="./service.request.d.ts" />
/// <reference path="./service.response.d.ts" />
/// <reference path="./log.d.ts" />
/// <reference path="./cache.d.ts" />
/// <reference path="./db.d.ts" />
/// <reference path="./ip.d.ts" />
/// <reference path="./router.d.ts" />
/// <reference path="./nginx.d.ts" />
/// <reference path="./node.d.ts" />
/// <reference path="./cluster.d.ts" />
/// <reference path="./plugin.d.ts" />
/// <reference path="./table.d.ts" />
/// <reference path="./telemetry.d.ts" />
/// <reference path="./ctx.d.ts" />
/// <reference path="./vault.d.ts" />
/// <reference path="./tracing.d.ts" />
/// <reference path="./runtime.d.ts" />
/// <reference path="./handler.d.ts" />
/// <reference path="./schema.d.ts" />
/// <reference path="./typedefs.d.ts" />
/// <reference path="./tools.d.ts" />

declare namespace Kong {
  /** The plugin development kit: the global `kong`. */
  interface Pdk {
    /** Kong's version, for example `"3.9.1"`. */
    readonly version: string;
    /** The same as a number: 3009001. */
    readonly version_num: number;
    /** Id of the default workspace. */
    readonly default_workspace: string;
    readonly configuration: Configuration;

    readonly cache: Cache;
    readonly client: Client;
    readonly cluster: Cluster;
    readonly cluster_events: ClusterEvents;
    readonly ctx: Context;
    readonly db: Db;
    readonly dns: Dns;
    readonly ip: Ip;
    readonly log: Log;
    readonly nginx: Nginx;
    readonly node: Node;
    readonly plugin: Plugin;
    readonly request: Request;
    readonly response: Response;
    readonly router: Router;
    readonly service: Service;
    readonly table: Table;
    readonly telemetry: Telemetry;
    readonly timer: Timer;
    readonly tracing: Tracing;
    readonly vault: Vault;
    readonly worker_events: WorkerEvents;
  }
}

/** Kong's plugin development kit, as Kong 3.9 gives it to a plugin. */
declare const kong: Kong.Pdk;
