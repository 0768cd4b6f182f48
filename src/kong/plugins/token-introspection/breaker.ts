import { printable } from "./printable";

const ceil = math.ceil;
const max = math.max;

/** The circuit breaker's settings. */
export interface BreakerSettings {
  readonly breaker_threshold: number;
  readonly breaker_timeout: number;
}

const PREFIX = "token_introspection:breaker:";

function dictionary(this: void): OpenResty.SharedDictionary | undefined {
  return ngx.shared["kong_db_cache"];
}

function failuresKey(this: void, server: string): string {
  return PREFIX + "failures:" + server;
}

function openKey(this: void, server: string): string {
  return PREFIX + "open:" + server;
}

function probeKey(this: void, server: string): string {
  return PREFIX + "probe:" + server;
}

/**
 * Whether a server may be asked. Closed: always. Open: not for `breaker_timeout` seconds. Half-open: one call of the node, the probe.
 *
 * A server's failures are counted for all configurations together; each judges them by its own threshold.
 * @param budget seconds that the call may take: a probe whose end nobody saw is forgotten after them.
 * @returns undefined: it may be asked; else the seconds until asking again makes sense.
 */
export function breakerRefuses(
  this: void,
  settings: BreakerSettings,
  server: string,
  budget: number,
): number | undefined {
  const state = dictionary();
  if (settings.breaker_threshold === 0 || state === undefined) return undefined;
  const [failures] = state.get(failuresKey(server));
  if (typeof failures !== "number" || failures < settings.breaker_threshold) return undefined;
  const [left] = state.ttl(openKey(server));
  if (left !== undefined && left > 0) return max(1, ceil(left));
  const [probing, message] = state.add(probeKey(server), true, budget + 1);
  if (!probing && message === "exists") return max(1, ceil(settings.breaker_timeout));
  return undefined;
}

/** A server gave an HTTP answer: the breaker closes. */
export function breakerClose(this: void, settings: BreakerSettings, server: string): void {
  const state = dictionary();
  if (settings.breaker_threshold === 0 || state === undefined) return;
  const [failures] = state.get(failuresKey(server));
  if (typeof failures !== "number") return;
  state.delete(failuresKey(server));
  state.delete(openKey(server));
  state.delete(probeKey(server));
  // Another worker may have seen an answer at the same time: it is said once.
  if (failures >= settings.breaker_threshold && state.add(PREFIX + "closed:" + server, true, 1)[0]) {
    kong.log.notice(`the authorization server ${printable(server)} answers again: it is asked as usual`);
  }
}

/** A call brought no answer at all. After `breaker_threshold` of them in a row the breaker opens; after a failed probe it opens again. */
export function breakerFail(this: void, settings: BreakerSettings, server: string): void {
  const state = dictionary();
  if (settings.breaker_threshold === 0 || state === undefined) return;
  const [failures] = state.incr(failuresKey(server), 1, 0);
  if (failures === undefined || failures < settings.breaker_threshold) return;
  // Not set: calls that began before the breaker opened do not keep it open longer.
  state.add(openKey(server), true, settings.breaker_timeout);
  state.delete(probeKey(server));
  if (failures === settings.breaker_threshold) {
    kong.log.warn(
      `the authorization server ${printable(server)} gave no answer ${failures} times in a row: it is not asked for ` +
        `${settings.breaker_timeout} s, then by one call at a time until it answers; see whether it runs and can be reached from here`,
    );
  }
}
