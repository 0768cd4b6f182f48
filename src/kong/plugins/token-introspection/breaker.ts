import { nodeMemory } from "./node-memory";
import { printable } from "./printable";

const ceil = math.ceil;
const max = math.max;

/** The circuit breaker's settings. */
export interface BreakerSettings {
  readonly breaker_threshold: number;
  readonly breaker_timeout: number;
  /** How the server is reached: a dead proxy or an impatient configuration is no other's trouble. */
  readonly way: string;
}

const PREFIX = "token_introspection:breaker:";

function keyOf(this: void, what: string, settings: BreakerSettings, server: string): string {
  return PREFIX + what + ":" + server + ":" + settings.way;
}

function failuresKey(this: void, settings: BreakerSettings, server: string): string {
  return keyOf("failures", settings, server);
}

function openKey(this: void, settings: BreakerSettings, server: string): string {
  return keyOf("open", settings, server);
}

function probeKey(this: void, settings: BreakerSettings, server: string): string {
  return keyOf("probe", settings, server);
}

/**
 * Whether a server may be asked. Closed: always. Open: not for `breaker_timeout` seconds. Half-open: one call of the node, the probe.
 *
 * A server's failures are counted for all configurations together that reach it in the same way; each judges them by its own threshold.
 * @param budget seconds that the call may take: a probe whose end nobody saw is forgotten after them.
 * @returns undefined: it may be asked; else the seconds until asking again makes sense. And whether this call is the probe.
 */
export function breakerRefuses(
  this: void,
  settings: BreakerSettings,
  server: string,
  budget: number,
): LuaMultiReturn<[number | undefined, boolean]> {
  const state = nodeMemory();
  if (settings.breaker_threshold === 0 || state === undefined) return $multi(undefined, false);
  const [failures] = state.get(failuresKey(settings, server));
  if (typeof failures !== "number" || failures < settings.breaker_threshold) return $multi(undefined, false);
  const [left] = state.ttl(openKey(settings, server));
  if (left !== undefined && left > 0) return $multi(max(1, ceil(left)), false);
  const [probing, message] = state.add(probeKey(settings, server), true, budget + 1);
  if (!probing && message === "exists") return $multi(max(1, ceil(settings.breaker_timeout)), false);
  return $multi(undefined, probing);
}

/** A probe did not come to ask: another call may. */
export function breakerGiveBack(this: void, settings: BreakerSettings, server: string): void {
  nodeMemory()?.delete(probeKey(settings, server));
}

/** A server gave an HTTP answer: the breaker closes. */
export function breakerClose(this: void, settings: BreakerSettings, server: string): void {
  const state = nodeMemory();
  if (settings.breaker_threshold === 0 || state === undefined) return;
  const [failures] = state.get(failuresKey(settings, server));
  if (typeof failures !== "number") return;
  state.delete(failuresKey(settings, server));
  state.delete(openKey(settings, server));
  state.delete(probeKey(settings, server));
  // Another worker may have seen an answer at the same time: it is said once.
  if (failures >= settings.breaker_threshold && state.add(keyOf("closed", settings, server), true, 1)[0]) {
    kong.log.notice(`the authorization server ${printable(server)} answers again: it is asked as usual`);
  }
}

/** A call brought no answer at all. After `breaker_threshold` of them in a row the breaker opens; after a failed probe it opens again. */
export function breakerFail(this: void, settings: BreakerSettings, server: string): void {
  const state = nodeMemory();
  if (settings.breaker_threshold === 0 || state === undefined) return;
  const [failures] = state.incr(failuresKey(settings, server), 1, 0);
  if (failures === undefined || failures < settings.breaker_threshold) return;
  // Not set: calls that began before the breaker opened do not keep it open longer.
  state.add(openKey(settings, server), true, settings.breaker_timeout);
  state.delete(probeKey(settings, server));
  if (failures === settings.breaker_threshold) {
    kong.log.warn(
      `the authorization server ${printable(server)} gave no answer ${failures} times in a row: it is not asked for ` +
        `${settings.breaker_timeout} s, then by one call at a time until it answers; see whether it runs and can be reached from here`,
    );
  }
}
