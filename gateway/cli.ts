/** `tsx gateway/cli.ts start -c kong.conf [-p prefix] [--foreground]`, `stop -p prefix`, `reload -c kong.conf [-p prefix]`. */
import { parseArgs } from "node:util";
import { reloadRunning, runningPid, SettingsError, startGateway, stopProcess } from "./gateway.ts";
import { readConf } from "./kong-conf.ts";

const USAGE = `usage: tsx gateway/cli.ts start  -c kong.conf [-p prefix] [--foreground]
       tsx gateway/cli.ts stop   -c kong.conf | -p prefix
       tsx gateway/cli.ts reload -c kong.conf [-p prefix]`;

async function start(conf: string | undefined, prefix: string | undefined, foreground: boolean): Promise<void> {
  const gateway = await startGateway({
    ...(conf === undefined ? {} : { conf }),
    ...(prefix === undefined ? {} : { prefix }),
    detached: !foreground,
  });
  const addresses = gateway.listeners.map(({ host, port, ssl }) => `${ssl ? "https" : "http"}://${host}:${port}`);
  console.log(`The development gateway is running (pid ${gateway.pid}): ${addresses.join(", ")}`);
  if (!foreground) return;
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => void gateway.stop());
  await gateway.ended;
}

async function stop(prefix: string): Promise<void> {
  const pid = runningPid(prefix);
  if (pid === undefined) throw new SettingsError(`no gateway is running in ${prefix}`);
  await stopProcess(pid);
  console.log("The development gateway has stopped.");
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      conf: { type: "string", short: "c" },
      prefix: { type: "string", short: "p" },
      foreground: { type: "boolean", default: false },
    },
  });
  const prefixOf = (): string =>
    readConf({ file: values.conf, prefix: values.prefix, environment: process.env }).prefix;
  switch (positionals[0]) {
    case "start":
      return start(values.conf, values.prefix, values.foreground);
    case "stop":
      return stop(prefixOf());
    case "reload":
      return reloadRunning(readConf({ file: values.conf, prefix: values.prefix, environment: process.env }));
    default:
      throw new SettingsError(USAGE);
  }
}

try {
  await main();
} catch (cause) {
  if (cause instanceof SettingsError) console.error(`Error: ${cause.message}`);
  else if (cause instanceof TypeError && "code" in cause) console.error(`Error: ${cause.message}\n${USAGE}`);
  else throw cause;
  process.exitCode = 1;
}
