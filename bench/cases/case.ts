/** What a case is: a route with its plugins, and the requests that are sent to it. */

/** What the cases need to know of the run. */
export interface Surroundings {
  readonly kind: "dev" | "kong";
  readonly upstreamPort: number;
  readonly authorizationServerPort: number;
  /** Thumbprint of the certificate that the kept-alive mutual TLS connections bear. */
  readonly thumbprint: string;
  readonly tokens: number;
  /** Port without TLS: a proof of possession names the whole URL. */
  readonly httpPort: () => number;
}

export interface PluginEntry {
  readonly name: string;
  readonly config?: Readonly<Record<string, unknown>>;
}

/** How requests reach the gateway: `fresh` opens a connection with a certificate of its own for each request. */
export type Transport = "plain" | "mtls" | "fresh";

export interface Case {
  readonly name: string;
  /** A line for people. */
  readonly title: string;
  readonly transport: Transport;
  /** The case without any plugin that it is compared with; undefined: it is one. */
  readonly bare: string | undefined;
  /** The case that sets the same headers and does nothing else; undefined: there is none. */
  readonly floor: string | undefined;
  readonly plugins: readonly PluginEntry[];
  readonly status: number;
  /** Part of the usual number of requests in a round, for what is slow by nature. */
  readonly share: number;
  /** Requests to send once before the first round. */
  readonly first: () => Buffer[];
  /** The requests of a slice. For `fresh` the thumbprint of the certificate of each is given. */
  readonly requests: (count: number, thumbprints: readonly string[]) => Buffer[];
  /** For `fresh`: requests that bring the tokens into the cache, without TLS and by a route that asks the same question; their answers do not matter. */
  readonly prime?: (thumbprints: readonly string[]) => Buffer[];
}

export interface CaseList {
  readonly cases: readonly Case[];
  /** kong.yml. */
  readonly configuration: Record<string, unknown>;
}
