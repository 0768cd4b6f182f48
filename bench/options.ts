/** The command line of the benchmarks. */
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { UserError } from "../demo/errors.ts";

/** Another set of plugins, measured in the same run. */
export interface Peer {
  readonly name: string;
  /** Folder that has kong/plugins/. */
  readonly folder: string;
  /** kong.yml with the peer's routes; undefined: the same cases as ours, for a peer with the same plugins. */
  readonly yml: string | undefined;
}

/** What a run consists of. */
export const PARTS = ["rounds", "targets", "crowd", "memory", "eviction"] as const;
export type Part = (typeof PARTS)[number];

export interface Options {
  readonly gateway: "dev" | "kong";
  readonly parts: ReadonlySet<Part>;
  readonly rounds: number;
  /** Requests of one case in one round. */
  readonly requests: number;
  /** Of the precise part: starts of the gateway, rounds of each, requests of each slice. */
  readonly targets: { readonly starts: number; readonly rounds: number; readonly requests: number };
  readonly tokens: number;
  readonly certificates: number;
  /** Only the cases whose name this matches, and those that they are compared with. */
  readonly only: RegExp | undefined;
  readonly peers: readonly Peer[];
  /** Writes docs/performance.md and its charts. */
  readonly write: boolean;
  /** Names of the cases to profile with LuaJIT's own profiler, with a list of what its compiler could not compile. */
  readonly profiles: readonly string[];
  /** Counts instructions under valgrind. */
  readonly count: boolean;
  /** Minutes of ever new tokens and certificates, 0 for none. */
  readonly soak: number;
  readonly full: boolean;
}

const USAGE = `usage: npm run bench -- [--full] [--part ${PARTS.join("|")}]... [--only REGEX] [--rounds N] [--starts N] [--count] [--profile CASE]... [--soak MINUTES]
                        [--write] [--peer NAME=FOLDER[:KONG_YML]]...
GATEWAY=kong measures the \`kong\` command on PATH, else the development gateway is measured. See bench/README.md.`;

function peerFrom(text: string): Peer {
  const [, name = "", folder = "", yml] = /^([\w-]+)=([^:]+)(?::(.+))?$/.exec(text) ?? [];
  if (name === "") throw new UserError(`--peer ${text}: expected NAME=FOLDER or NAME=FOLDER:KONG_YML`);
  if (!existsSync(join(folder, "kong", "plugins")))
    throw new UserError(`--peer ${name}: there is no kong/plugins in ${folder}`);
  if (yml !== undefined && !existsSync(yml)) throw new UserError(`--peer ${name}: there is no file ${yml}`);
  return { name, folder: resolve(folder), yml: yml === undefined ? undefined : resolve(yml) };
}

function numberFrom(name: string, text: string | undefined, otherwise: number): number {
  if (text === undefined) return otherwise;
  const number = Number(text);
  if (!(number > 0)) throw new UserError(`--${name} ${text}: expected a number above 0`);
  return number;
}

function patternFrom(text: string): RegExp {
  try {
    return new RegExp(text, "i");
  } catch {
    throw new UserError(`--only ${text}: this is no regular expression`);
  }
}

/** The parts that are named; those that `asked` for something else get that alone; else all. */
function partsFrom(
  names: readonly string[],
  asked: { only: boolean; else: boolean; full: boolean },
): ReadonlySet<Part> {
  const unknown = names.find((name) => !PARTS.some((part) => part === name));
  if (unknown !== undefined) throw new UserError(`--part ${unknown}: there are ${PARTS.join(", ")}`);
  if (names.length > 0) return new Set(PARTS.filter((part) => names.includes(part)));
  if (asked.only) return new Set(["rounds"]);
  return new Set(asked.else && !asked.full ? [] : PARTS);
}

/** @throws UserError with the usage when an argument is unknown or wrong. */
export function readOptions(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): Options {
  const gateway = environment["GATEWAY"] ?? "dev";
  if (gateway !== "dev" && gateway !== "kong")
    throw new UserError(`GATEWAY is "${gateway}"; the benchmarks know dev and kong`);
  let values;
  try {
    ({ values } = parseArgs({
      args: [...args],
      options: {
        full: { type: "boolean", default: false },
        write: { type: "boolean", default: false },
        profile: { type: "string", multiple: true, default: [] },
        soak: { type: "string" },
        rounds: { type: "string" },
        starts: { type: "string" },
        part: { type: "string", multiple: true, default: [] },
        count: { type: "boolean", default: false },
        only: { type: "string" },
        peer: { type: "string", multiple: true, default: [] },
      },
    }));
  } catch (cause) {
    throw new UserError(`${(cause as Error).message}\n${USAGE}`);
  }
  const { full } = values;
  return {
    gateway,
    full,
    parts: partsFrom(values.part, {
      only: values.only !== undefined,
      else: values.count || values.soak !== undefined || values.profile.length > 0,
      full,
    }),
    rounds: Math.ceil(numberFrom("rounds", values.rounds, full ? 300 : 30)),
    requests: 200,
    targets: {
      starts: Math.ceil(numberFrom("starts", values.starts, full ? 5 : 3)),
      rounds: full ? 40 : 15,
      requests: full ? 1000 : 500,
    },
    tokens: full ? 100_000 : 5_000,
    certificates: full ? 10_000 : 400,
    only: values.only === undefined ? undefined : patternFrom(values.only),
    peers: values.peer.map(peerFrom),
    write: values.write,
    profiles: values.profile,
    count: values.count,
    soak: values.soak === undefined ? 0 : numberFrom("soak", values.soak, 0),
  };
}
