/** The targets, and the cases that each is measured with. */

/** Microseconds of a case. */
export type CpuOf = (name: string) => number;

export interface Target {
  readonly text: string;
  /** Microseconds. */
  readonly limit: number;
  /** What is held against the limit, from the microseconds of each case in one round. */
  readonly value: (cpu: CpuOf) => number;
}

export interface Group {
  readonly cases: readonly string[];
  readonly targets: readonly Target[];
}

/** Microseconds that the route without a plugin takes where the targets were set: on another machine they are as much more or less as that route is. */
export const REFERENCE_BARE = 42;

/** What counts as no growth: less than what two starts of the gateway differ by. */
const FLAT = 1;

export const GROUPS: readonly Group[] = [
  {
    // The floor with settings shows what of it is Kong's, which walks through the settings of a plugin on every request.
    cases: ["bare", "floor", "token", "token-wide", "floor-settings", "token-settings"],
    targets: [
      { text: "bearer token, cache hit, above the floor", limit: 3, value: (cpu) => cpu("token") - cpu("floor") },
      { text: "an answer with 50 more claims", limit: FLAT, value: (cpu) => cpu("token-wide") - cpu("token") },
      { text: "every rule and many settings", limit: FLAT, value: (cpu) => cpu("token-settings") - cpu("token") },
      {
        text: "the same, each above its own floor",
        limit: FLAT,
        value: (cpu) => cpu("token-settings") - cpu("floor-settings") - (cpu("token") - cpu("floor")),
      },
    ],
  },
  {
    // The second floor is no part of the target: it shows what of it is Kong's, which starts a coroutine for each plugin.
    cases: ["mtls-bare", "mtls-floor", "mtls-floor-two", "mtls-token"],
    targets: [
      {
        text: "certificate-bound token over mutual TLS, mtls-auth included, above the floor",
        limit: 6,
        value: (cpu) => cpu("mtls-token") - cpu("mtls-floor"),
      },
    ],
  },
  {
    // The signature check is made on its floor too: what comes after it meets cold caches there as here.
    // A dictionary of its own is what the README advises; the default is Kong's, which is emptied, so that proofs are remembered in two.
    // The second floor reads the proof too: what is above it is DPoP with the proof itself left out of account.
    cases: ["bare", "signature", "dpop-floor", "dpop-floor-proof", "dpop", "dpop-own"],
    targets: [
      {
        text: "DPoP, above a floor that is sent a proof too and checks one signature",
        limit: 10,
        value: (cpu) => cpu("dpop") - cpu("dpop-floor"),
      },
      {
        text: "the same, used proofs in a dictionary of their own",
        limit: 10,
        value: (cpu) => cpu("dpop-own") - cpu("dpop-floor"),
      },
      {
        text: "the same, above a floor that decodes the proof, checks its signature and remembers it, as whoever checks one must",
        limit: 10,
        value: (cpu) => cpu("dpop-own") - cpu("dpop-floor-proof"),
      },
    ],
  },
  {
    cases: ["floor", "token", "tokens-floor", "tokens"],
    targets: [
      {
        text: "many tokens instead of one, each above its own floor",
        limit: FLAT,
        value: (cpu) => cpu("tokens") - cpu("tokens-floor") - (cpu("token") - cpu("floor")),
      },
    ],
  },
];

/** Names of the cases that the precise part needs. */
export const TARGET_CASES: ReadonlySet<string> = new Set(GROUPS.flatMap(({ cases }) => cases));
