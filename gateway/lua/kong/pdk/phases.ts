/**
 * The phases of a request and the check that a PDK function is called in one of its own. The error texts are Kong's: a plugin's test may read them.
 */
import bits = require("bit");

const PHASES = {
  init_worker: 0x00000001,
  certificate: 0x00000002,
  client_hello: 0x00000008,
  rewrite: 0x00000010,
  access: 0x00000020,
  balancer: 0x00000040,
  response: 0x00000080,
  header_filter: 0x00000200,
  body_filter: 0x00000400,
  log: 0x00002000,
  preread: 0x00004000,
  error: 0x01000000,
  admin_api: 0x10000000,
  cluster_listener: 0x00000100,
} as const;

type Phase = keyof typeof PHASES;

const HIGHEST_BIT = 29;

const names: LuaTable<number, string> = new LuaTable();
for (const [name, value] of pairs(PHASES)) {
  names.set(value as number, name as string);
}

/** Several phases as one number. */
function phases(...list: Phase[]): number {
  let all = 0;
  for (const name of list) all = bits.bor(all, PHASES[name]);
  return all;
}

/** The phases in which there is a request. */
const REQUEST = phases(
  "rewrite",
  "access",
  "balancer",
  "response",
  "header_filter",
  "body_filter",
  "log",
  "error",
  "admin_api",
  "cluster_listener",
);

function listNames(accepted: number): string {
  const list: string[] = [];
  for (const position of $range(0, HIGHEST_BIT)) {
    const flag = bits.lshift(1, position);
    const name = names.get(flag);
    if (name !== undefined && bits.band(accepted, flag) !== 0) list.push(name);
  }
  return table.concat(list, ", ");
}

function currentName(current: number): string {
  return names.get(current) ?? "'unknown phase'";
}

/**
 * Raises unless the running phase is one of `accepted`.
 *
 * Outside a request of the gateway (a spec, a timer) there is no phase in ngx.ctx, which Kong reports as an error of its own.
 */
function check(accepted: number): void {
  const current = ngx.ctx.KONG_PHASE;
  if (current === undefined) {
    if (ngx.get_phase() === "content") return;
    error(`no phase in ngx.ctx.KONG_PHASE, (need one of ${listNames(accepted)})`, 3);
  }
  if (bits.band(current, accepted) !== 0) return;
  error(`function cannot be called in ${currentName(current)} phase (only in: ${listNames(accepted)})`, 3);
}

/** Raises when the running phase is one of `rejected`. */
function checkNot(rejected: number): void {
  const current = ngx.ctx.KONG_PHASE;
  if (current === undefined) error("no phase in ngx.ctx.KONG_PHASE", 3);
  if (bits.band(current, rejected) === 0) return;
  error(
    `function cannot be called in ${currentName(current)} phase (can be called in any phases except: ${listNames(rejected)})`,
    3,
  );
}

export { PHASES, REQUEST, check, checkNot, phases };
