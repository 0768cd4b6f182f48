/** What the end-to-end tests need of a gateway, whichever it is. No test knows which one runs. */

/** What one gateway can do and another cannot. A test that needs more than all of them have asks for it here. */
export interface Capabilities {
  /** Kong's own plugins beside key-auth and acl: rate-limiting, file-log, request-termination and others. */
  readonly bundledPlugins: boolean;
  /** Kong's Admin API. */
  readonly adminApi: boolean;
  /** HTTP/2 from clients. */
  readonly http2: boolean;
  /** Routes whose protocols are grpc and grpcs. */
  readonly grpc: boolean;
  /** acl's setting always_use_authenticated_groups: Kong 3.8 and newer. */
  readonly aclAlwaysUses: boolean;
  /** More than 1000 headers in a request: nginx refuses those itself in Kong 3.9.3 and newer. */
  readonly manyHeaders: boolean;
}

export interface GatewayOptions {
  /** Settings by their names in kong.conf, beside addresses, prefix, logs and plugins, which are the gateway's own affair. */
  readonly settings: Readonly<Record<string, string>>;
  /** Text of the first kong.yml. */
  readonly yml: string;
  /** A directory that the gateway must be able to write to, under the same path as here. */
  readonly shared: string;
}

/** A running gateway. All addresses are on the loopback interface. */
export interface Gateway {
  readonly capabilities: Capabilities;
  /** Port without TLS. */
  readonly httpPort: number;
  /** Port with TLS, and HTTP/2 where the gateway has it. */
  readonly httpsPort: number;
  /** Port with HTTP/2 without TLS. */
  readonly http2Port: number;
  /** Port of the Admin API; undefined where the gateway has none. */
  readonly adminPort: number | undefined;
  /**
   * Replaces the configuration. Kept when every later request sees the new one; rejected with the gateway's words, and nothing
   * changed, when the configuration is wrong.
   */
  reload(yml: string): Promise<void>;
  /** The error log so far. */
  errorLog(): Promise<string>;
  /** Ends the gateway with all its processes. */
  stop(): Promise<void>;
}

/** Starts a gateway. */
export type StartGateway = (options: GatewayOptions) => Promise<Gateway>;

/** The gateway does not take this configuration. The message is the gateway's own. */
export class ConfigurationRefused extends Error {
  override readonly name = "ConfigurationRefused";
}
