/**
 * Ready-made fields for schemas. Import it as
 * `import * as typedefs from "kong.db.schema.typedefs"`.
 *
 * The types are literal, so that `Kong.ConfigOf` can derive from them.
 * Validators are there at run time though the types do not show them. An unknown name raises in Lua.
 */
declare module "kong.db.schema.typedefs" {
  import Typedef = Kong.Typedef;
  type Text = { readonly type: "string" };
  type Whole = { readonly type: "integer" };
  type Unset<Base> = Typedef<Base & { readonly eq: OpenResty.Null }>;
  type HttpProtocol = "grpc" | "grpcs" | "http" | "https";
  type AnyProtocol = HttpProtocol | "tcp" | "tls" | "udp" | "tls_passthrough";
  type TraceFormat = "w3c" | "b3" | "b3-single" | "jaeger" | "ot" | "datadog" | "aws" | "gcp";
  type Source = {
    readonly type: "set";
    readonly elements: {
      readonly type: "record";
      readonly fields: readonly [{ readonly ip: Text }, { readonly port: Whole }];
    };
  };
  type TextSet = { readonly type: "set"; readonly elements: Text };
  type TextArray = { readonly type: "array"; readonly elements: Text };
  type HeaderMap = { readonly type: "map"; readonly keys: Text; readonly values: TextArray };

  /** An HTTP method in upper case. */
  export const http_method: Typedef<Text>;
  /** A protocol of a route. */
  export const protocol: Typedef<{ readonly type: "string"; readonly one_of: readonly AnyProtocol[] }>;
  /** A host name or address without a port. */
  export const host: Typedef<Text>;
  export const redis_host: Typedef<Text>;
  /** A host name or address, with or without a port. */
  export const host_with_optional_port: Typedef<Text>;
  /** A host name that may begin or end with `*`. */
  export const wildcard_host: Typedef<Text>;
  /** An IP address. */
  export const ip: Typedef<Text>;
  /** An IP address or a block of them. */
  export const ip_or_cidr: Typedef<Text>;
  /** An IPv4 block. */
  export const cidr_v4: Typedef<Text>;
  /** Older name of `cidr_v4`. */
  export const cidr: Typedef<Text>;
  /** 0 to 65535. */
  export const port: Typedef<Whole>;
  /** A path: begins with `/`, no empty segments, percent-encoding well-formed. */
  export const path: Typedef<Text>;
  /** An absolute URL with scheme and host. */
  export const url: Typedef<Text>;
  /** A name that a cookie may have. */
  export const cookie_name: Typedef<Text>;
  /** A header name: letters, digits, `-` and `_`. */
  export const header_name: Typedef<Text>;
  /** Milliseconds, 0 to 2^31 - 2. */
  export const timeout: Typedef<Whole>;
  /** A UUID, made by Kong when absent. */
  export const uuid: Typedef<{ readonly type: "string"; readonly uuid: true; readonly auto: true }>;
  /** Seconds since the epoch, set by Kong. */
  export const auto_timestamp_s: Typedef<{ readonly type: "integer"; readonly timestamp: true; readonly auto: true }>;
  /** Seconds since the epoch with milliseconds as decimals, set by Kong. */
  export const auto_timestamp_ms: Typedef<{ readonly type: "number"; readonly timestamp: true; readonly auto: true }>;
  /** The plugin cannot be put on a route. */
  export const no_route: Unset<{ readonly type: "foreign"; readonly reference: "routes" }>;
  /** The plugin cannot be put on a service. */
  export const no_service: Unset<{ readonly type: "foreign"; readonly reference: "services" }>;
  /** The plugin cannot be put on a consumer: right for every authentication plugin. */
  export const no_consumer: Unset<{ readonly type: "foreign"; readonly reference: "consumers" }>;
  /** A unique ASCII name. */
  export const name: Typedef<{ readonly type: "string"; readonly unique: true }>;
  /** A unique name in UTF-8. */
  export const utf8_name: Typedef<{ readonly type: "string"; readonly unique: true }>;
  /** A server name for TLS: no address, no port. */
  export const sni: Typedef<Text>;
  export const redis_server_name: Typedef<Text>;
  /** A certificate in PEM, parsed when it is validated. */
  export const certificate: Typedef<Text>;
  /** A key in PEM, parsed when it is validated. */
  export const key: Typedef<Text>;
  export const tag: Typedef<{ readonly type: "string"; readonly required: true }>;
  export const tags: Typedef<{
    readonly type: "set";
    readonly elements: { readonly type: "string"; readonly required: true };
  }>;
  export const capability: Typedef<Text>;
  /** Protocols for which the plugin runs; by default the HTTP ones. */
  export const protocols: Typedef<{
    readonly type: "set";
    readonly required: true;
    readonly default: readonly HttpProtocol[];
    readonly elements: { readonly type: "string"; readonly one_of: readonly AnyProtocol[] };
  }>;
  /** The same, for a plugin that can only do HTTP. */
  export const protocols_http: Typedef<{
    readonly type: "set";
    readonly required: true;
    readonly default: readonly HttpProtocol[];
    readonly elements: { readonly type: "string"; readonly one_of: readonly HttpProtocol[] };
  }>;
  export const sources: Typedef<Source>;
  export const no_sources: Unset<Source>;
  export const destinations: Typedef<Source>;
  export const no_destinations: Unset<Source>;
  export const methods: Typedef<TextSet>;
  export const no_methods: Unset<TextSet>;
  export const hosts: Typedef<TextArray>;
  export const no_hosts: Unset<TextArray>;
  export const router_path: Typedef<Text>;
  export const router_paths: Typedef<TextArray>;
  export const no_paths: Unset<TextArray>;
  /** Header names with their values. */
  export const headers: Typedef<HeaderMap>;
  export const no_headers: Unset<HeaderMap>;
  export const semantic_version: Typedef<Text>;
  /** A pair of PEM keys, at least one; the private one encrypted, both referenceable. */
  export const pem: Typedef<{
    readonly type: "record";
    readonly required: false;
    readonly fields: readonly [
      {
        readonly private_key: {
          readonly type: "string";
          readonly required: false;
          readonly referenceable: true;
          readonly encrypted: true;
        };
      },
      { readonly public_key: { readonly type: "string"; readonly required: false; readonly referenceable: true } },
    ];
  }>;
  /** A JSON Web Key as a record; `kid` is required. */
  export const jwk: Typedef<{
    readonly type: "record";
    readonly required: false;
    readonly fields: readonly [
      { readonly issuer: Text },
      { readonly kty: Text },
      { readonly use: Text },
      { readonly key_ops: TextArray },
      { readonly alg: Text },
      { readonly kid: { readonly type: "string"; readonly required: true } },
      { readonly x5u: Text },
      { readonly x5c: TextArray },
      { readonly x5t: Text },
      { readonly "x5t#S256": Text },
      { readonly k: Text },
      { readonly x: Text },
      { readonly y: Text },
      { readonly crv: Text },
      { readonly n: Text },
      { readonly e: Text },
      { readonly d: Text },
      { readonly p: Text },
      { readonly q: Text },
      { readonly dp: Text },
      { readonly dq: Text },
      { readonly qi: Text },
      { readonly oth: Text },
      { readonly r: Text },
      { readonly t: Text },
    ];
  }>;
  /** Settings of a queue of kong.tools.queue. Times in seconds. */
  export const queue: Typedef<{
    readonly type: "record";
    readonly fields: readonly [
      { readonly max_batch_size: { readonly type: "integer"; readonly default: 1 } },
      { readonly max_coalescing_delay: { readonly type: "number"; readonly default: 1 } },
      { readonly max_entries: { readonly type: "integer"; readonly default: 10000 } },
      { readonly max_bytes: { readonly type: "integer" } },
      { readonly max_retry_time: { readonly type: "number"; readonly default: 60 } },
      { readonly initial_retry_delay: { readonly type: "number"; readonly default: 0.01 } },
      { readonly max_retry_delay: { readonly type: "number"; readonly default: 60 } },
      {
        readonly concurrency_limit: {
          readonly type: "integer";
          readonly default: 1;
          readonly one_of: readonly [-1, 1];
        };
      },
    ];
  }>;
  /** How a tracing plugin reads and writes trace headers. */
  export const propagation: Typedef<{
    readonly type: "record";
    readonly fields: readonly [
      {
        readonly extract: {
          readonly type: "array";
          readonly elements: { readonly type: "string"; readonly one_of: readonly Exclude<TraceFormat, "b3-single">[] };
        };
      },
      { readonly clear: TextArray },
      {
        readonly inject: {
          readonly type: "array";
          readonly elements: { readonly type: "string"; readonly one_of: readonly ("preserve" | TraceFormat)[] };
        };
      },
      {
        readonly default_format: {
          readonly type: "string";
          readonly one_of: readonly TraceFormat[];
          readonly required: true;
        };
      },
    ];
  }>;
  /** Lua code by name. */
  export const lua_code: Typedef<{ readonly type: "map"; readonly keys: Text; readonly values: Text }>;
  /** Seconds that an entity lives. */
  export const ttl: Typedef<{ readonly type: "number" }>;
}
