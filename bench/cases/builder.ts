/** What all cases are made of. */
import { requestFor } from "../client.ts";
import { headersFor, makeToken } from "../tokens.ts";
import type { Case, PluginEntry, Surroundings } from "./case.ts";

/** A case, as far as it differs from an ordinary one: the floor and the bare route of its transport, one request again and again, answered with 200. */
export type Given = Pick<Case, "name" | "title"> & Partial<Case>;

export const bearer = (token: string): Record<string, string> => ({ Authorization: `Bearer ${token}` });

/** Makes a case. @param headers of its request, for a case that does not make requests of its own. */
export function makeCase(given: Given, headers: Readonly<Record<string, string>> = bearer(makeToken("live", 1))): Case {
  const request = requestFor(`/${given.name}/`, headers);
  const mtls = given.transport === "mtls";
  return {
    transport: "plain",
    bare: mtls ? "mtls-bare" : "bare",
    floor: mtls ? "mtls-floor" : "floor",
    plugins: [],
    status: 200,
    share: 1,
    first: () => [request],
    requests: (count) => Array.from({ length: count }, () => request),
    ...given,
  };
}

/** Makes the plugin on trial. Cases with the same lifetimes ask the same question, and so share what is cached. */
export function introspectionWith(surroundings: Surroundings): (config?: Record<string, unknown>) => PluginEntry {
  return (config = {}) => ({
    name: "token-introspection",
    config: {
      introspection_endpoint: `http://127.0.0.1:${surroundings.authorizationServerPort}/introspect`,
      client_id: "bench",
      client_secret: "bench",
      ttl: 24 * 3600,
      ...config,
    },
  });
}

/**
 * The plugin that sets what token-introspection would set.
 * @param forwarded number of claims of a wide token that are forwarded besides.
 * @param more headers to set besides.
 * @param config what else the plugin is told: `clear`, the headers that it clears; `signature`, which it checks; `proof`, how it checks that one.
 */
export function floorPlugin(
  forwarded = 0,
  more: Readonly<Record<string, string>> = {},
  config: Readonly<Record<string, unknown>> = {},
): PluginEntry {
  return {
    name: "bench-floor",
    config: { headers: { ...headersFor(forwarded === 0 ? "live" : "wide", forwarded), ...more }, ...config },
  };
}
