/** Reads what callgrind writes: https://valgrind.org/docs/manual/cl-format.html. */

/** Instructions, in all and of some parts. */
export interface Instructions {
  readonly all: number;
  /** Of the hash of the token, for which valgrind's processor lacks the instruction that real ones have. */
  readonly sha256: number;
  /** By whose machine code it is. */
  readonly owners: ReadonlyMap<string, number>;
  /** Of nginx's phases, with all that Lua calls in them. */
  readonly phases: ReadonlyMap<string, number>;
}

/** Functions of ngx_lua that run one phase's Lua code and nothing else. */
const PHASES: Readonly<Record<string, string>> = {
  ngx_http_lua_rewrite_handler_inline: "rewrite",
  ngx_http_lua_access_handler_inline: "access",
  ngx_http_lua_balancer_handler_inline: "balancer",
  ngx_http_lua_header_filter_inline: "header_filter",
  ngx_http_lua_body_filter_inline: "body_filter",
  ngx_http_lua_log_handler_inline: "log",
};
const SHA256 = /^SHA256_(Update|Final)$/;

const LUAJIT = "LuaJIT: strings, tables, collector and the rest";
/** Where the library has its symbols: what executes bytecode. */
const INTERPRETER = /^lj_(BC|ff)_/;

/** By the file's name; the first that matches. */
const OWNERS: readonly (readonly [string, RegExp])[] = [
  ["compiled Lua", /^\?\?\?$/],
  [LUAJIT, /luajit/],
  ["OpenSSL", /libcrypto|libssl/],
  ["nginx and its modules", /nginx/],
];
const REST = "the C library and others";

/**
 * Names are written once, as `(1) name`, and then as `(1)`. A line of numbers is position and cost in the current function; the one after
 * `calls=` is the cost of the function that is called, with all that it calls.
 */
export function readInstructions(text: string): Instructions {
  const names = { ob: new Map<string, string>(), fn: new Map<string, string>() };
  const owners = new Map<string, number>();
  const phases = new Map<string, number>();
  let all = 0;
  let sha256 = 0;
  let owner = REST;
  let own = "";
  let callee = "";
  let called = false;
  const add = (counts: Map<string, number>, key: string, cost: number): void =>
    void counts.set(key, (counts.get(key) ?? 0) + cost);
  for (const line of text.split("\n")) {
    const [, other, kind, id = "", given] = /^(c?)(ob|fn)=\((\d+)\)(?: (.*))?$/.exec(line) ?? [];
    if (kind === "ob" || kind === "fn") {
      if (given !== undefined) names[kind].set(id, given);
      const name = names[kind].get(id) ?? "";
      if (kind === "ob" && other === "") owner = OWNERS.find(([, pattern]) => pattern.test(name))?.[0] ?? REST;
      if (kind === "fn" && other === "c") callee = name;
      if (kind === "fn" && other === "") own = name;
    } else if (line.startsWith("calls=")) {
      called = true;
    } else if (/^[\d+*-]/.test(line)) {
      const cost = Number(line.split(" ")[1] ?? 0);
      const phase = PHASES[callee];
      if (!called) {
        all += cost;
        add(owners, owner === LUAJIT && INTERPRETER.test(own) ? "LuaJIT: interpreter" : owner, cost);
      } else if (SHA256.test(callee)) sha256 += cost;
      else if (phase !== undefined) add(phases, phase, cost);
      called = false;
    }
  }
  return { all, sha256, owners, phases };
}
