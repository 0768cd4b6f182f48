/** Gateways with what is measured on them. */
import { readFile } from "node:fs/promises";
import { parse } from "yaml";
import { UserError } from "../demo/errors.ts";
import type { Case, CaseList, Surroundings } from "./cases/case.ts";
import { makeCases } from "./cases/list.ts";
import { makePeerCases } from "./cases/peers.ts";
import { type BenchGateway, PROJECT, startBenchGateway } from "./gateway.ts";
import type { Peer } from "./options.ts";
import { startTally, type Tally } from "./tally.ts";
import type { World } from "./world.ts";

const OWN_PLUGINS = ["token-introspection", "mtls-auth"];

/** One gateway with what is measured on it. */
export interface Bench {
  /** Name of the peer; empty for this project's plugins. */
  readonly name: string;
  readonly gateway: BenchGateway;
  readonly cases: readonly Case[];
  readonly tally: Tally;
}

export interface BenchRequest {
  readonly peer?: Peer | undefined;
  /** Which cases are measured; undefined: all. */
  readonly wanted?: (cases: readonly Case[]) => readonly Case[];
  readonly tool?: "callgrind";
  /** Settings of kong.conf besides the usual ones. */
  readonly settings?: Readonly<Record<string, string>>;
}

/** Plugins that a kong.yml names, wherever it does. */
function pluginNames(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(pluginNames);
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, member]) => {
    if (key !== "plugins" || !Array.isArray(member)) return pluginNames(member);
    return member.flatMap((entry) =>
      typeof entry === "object" && entry !== null && "name" in entry ? [String(entry.name)] : [],
    );
  });
}

/** The cases whose name matches, with those that they are compared with. */
export function matching(only: RegExp): (cases: readonly Case[]) => readonly Case[] {
  return (cases) => {
    const names = new Set(
      cases.filter(({ name }) => only.test(name)).flatMap(({ name, bare, floor }) => [name, bare, floor]),
    );
    if (names.size === 0)
      throw new UserError(
        `--only: no case has a name like that. There are ${cases.map(({ name }) => name).join(", ")}`,
      );
    return cases.filter(({ name }) => names.has(name));
  };
}

async function casesFor(peer: Peer | undefined, surroundings: Surroundings): Promise<CaseList> {
  if (peer?.yml === undefined) return makeCases(surroundings);
  return makePeerCases(peer.name, await readFile(peer.yml, "utf8"), parse, surroundings);
}

/** Starts a gateway with the plugins of this project or of a peer. */
export async function startBench(world: World, request: BenchRequest = {}): Promise<Bench> {
  const { peer, wanted } = request;
  let port = 0;
  const list = await casesFor(peer, { ...world.surroundings, httpPort: () => port });
  const named = pluginNames(list.configuration);
  const bundled = world.surroundings.kind === "kong" ? ["jwt"] : [];
  const names = [...new Set(peer?.yml === undefined ? [...OWN_PLUGINS, ...named] : named)].filter(
    (name) => !bundled.includes(name) && !name.startsWith("bench-"),
  );
  const cases = wanted === undefined || peer?.yml !== undefined ? list.cases : wanted(list.cases);
  const gateway = await startBenchGateway({
    kind: world.surroundings.kind,
    plugins: peer?.folder ?? PROJECT,
    names,
    configuration: list.configuration,
    pki: world.pki,
    tool: request.tool,
    settings: request.settings ?? {},
  });
  port = gateway.httpPort;
  world.pinning.worker(gateway.worker);
  return { name: peer?.name ?? "", gateway, cases, tally: startTally() };
}
