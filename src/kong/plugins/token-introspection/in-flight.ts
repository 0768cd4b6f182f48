const now = ngx.now;

/** Calls to one server that a worker has under way. */
interface Calls {
  /** Number of the call -> when it is over at the latest. */
  readonly deadlines: LuaTable<number, number>;
  count: number;
}

/** Calls that a worker may have in flight at one server. */
const MOST = 256;
/** Seconds that a call may be over and not have been given back: its light thread was ended together with its request. */
const GRACE = 1;

const servers = new LuaTable<string, Calls>();
let last = 0;

function forgetLost(this: void, calls: Calls): void {
  const time = now();
  for (const [call, deadline] of pairs(calls.deadlines)) {
    if (deadline + GRACE < time) {
      calls.deadlines.delete(call);
      calls.count -= 1;
    }
  }
}

/**
 * Takes a place among the calls in flight at a server.
 * @param deadline seconds since the epoch; past it the place is free again, whatever became of the call.
 * @returns the place, to be given back; undefined when there is none.
 */
export function takePlace(this: void, server: string, deadline: number): number | undefined {
  let calls = servers.get(server) as Calls | undefined;
  if (calls === undefined) {
    calls = { deadlines: new LuaTable(), count: 0 };
    servers.set(server, calls);
  }
  if (calls.count >= MOST) {
    forgetLost(calls);
    if (calls.count >= MOST) return undefined;
  }
  last += 1;
  calls.deadlines.set(last, deadline);
  calls.count += 1;
  return last;
}

/** Keeps a place longer: the call goes on although nobody waits for it. @param deadline seconds since the epoch. */
export function keepPlace(this: void, server: string, place: number, deadline: number): void {
  const calls = servers.get(server) as Calls | undefined;
  if (calls?.deadlines.has(place) === true) calls.deadlines.set(place, deadline);
}

/** Gives a place back; once only, however often it is called. */
export function givePlaceBack(this: void, server: string, place: number): void {
  const calls = servers.get(server) as Calls | undefined;
  if (calls === undefined || !calls.deadlines.has(place)) return;
  calls.deadlines.delete(place);
  calls.count -= 1;
  if (calls.count === 0) servers.delete(server);
}
