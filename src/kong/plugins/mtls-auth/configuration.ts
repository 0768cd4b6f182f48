import { type ConnectionMemo, makeMemo } from "./connection-memo";
import type { Decision } from "./decision";
import { normalisedName } from "./header-name";
import { type Config, headerSettings, type HeaderSetting } from "./settings";
import { makeTrust, type Trust } from "./trust";

/** A header that the plugin writes, and the setting that names it. */
export interface UpstreamHeader {
  readonly name: string;
  readonly setting: HeaderSetting;
}

/** What only depends on the settings. It must not refer to them: see `configurations`. */
export interface Configuration {
  readonly headers: readonly UpstreamHeader[];
  /** The headers' normalised names. */
  readonly names: ReadonlyLuaSet<string>;
  /** Whether only `ca_certificates` count. */
  readonly ownAuthorities: boolean;
  /** Undefined without `ca_certificates`, and when they cannot be used. */
  readonly trust: Trust | undefined;
  readonly decisions: ConnectionMemo<Decision>;
}

/** Connections of a generation: a worker remembers up to twice as many for each configuration. */
const REMEMBERED_CONNECTIONS = 4096;

/** By the table that Kong hands to the phases. Kong makes a new one whenever a configuration changes; the old entry then goes with its table. */
const configurations = setmetatable(new LuaTable<object, Configuration>(), { __mode: "k" });

function trustOf(config: Config): Trust | undefined {
  if (config.ca_certificates === undefined) return undefined;
  const [trust, problem] = makeTrust(config.ca_certificates);
  if (trust === undefined) kong.log.err("ca_certificates cannot be used, so every client is refused: ", problem);
  return trust;
}

function prepare(config: Config): Configuration {
  const headers: UpstreamHeader[] = [];
  const names = new LuaSet<string>();
  for (const setting of headerSettings) {
    const name = config[setting];
    if (name !== undefined) {
      headers.push({ name, setting });
      names.add(normalisedName(name));
      // RFC 9440 section 2.3: the chain belongs to that certificate, and would be the client's.
      if (normalisedName(name) === "client-cert") names.add("client-cert-chain");
    }
  }
  const ownAuthorities = config.ca_certificates !== undefined;
  return { headers, names, ownAuthorities, trust: trustOf(config), decisions: makeMemo(REMEMBERED_CONNECTIONS) };
}

/** What was prepared for these settings, the first time they were seen. */
export function configurationOf(config: Config): Configuration {
  const known = configurations.get(config);
  if (known !== undefined) return known;
  const prepared = prepare(config);
  configurations.set(config, prepared);
  return prepared;
}
