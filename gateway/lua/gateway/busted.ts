/** Runs busted inside an nginx worker: specs have ngx.*, cosockets and timers, as under OpenResty's `resty`. */
import cjson = require("cjson.safe");

type Runner = (this: void, options: { standalone: boolean }) => void;
type Exit = (this: void, code?: boolean | number) => never;

function run(): void {
  const runner = require("busted.runner") as Runner;
  runner({ standalone: false });
}

/** busted ends a failed run by raising nil, and a good one by closing the Lua state, which nginx would not survive. */
function onTimer(premature: boolean): void {
  if (premature) return;
  const exit = os.exit as unknown as Exit;
  (os as unknown as { exit: Exit }).exit = (code) => {
    io.stdout.flush();
    return exit(code);
  };
  const [ok, err] = pcall(run);
  if (!ok && err !== undefined) io.stderr.write(`${tostring(err)}\n`);
  os.exit(ok ? 0 : 1);
}

/** @param argumentsText the command line as a JSON list. */
function start(argumentsText: string): void {
  const [list] = cjson.decode(argumentsText);
  const all = list as string[];
  const named: LuaTable<number, string> = new LuaTable();
  named.set(0, "busted");
  for (const position of $range(1, all.length)) named.set(position, all[position - 1]);
  rawset(_G as unknown as Dict, "arg", named);
  ngx.timer.at(0, onTimer);
}

export { start };
