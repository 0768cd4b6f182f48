/** The gateway that the environment variable GATEWAY names: dev (the default), kong or docker. */
import type { StartGateway } from "./gateway.ts";

const starters: Readonly<Record<string, () => Promise<StartGateway>>> = {
  dev: async () => (await import("./dev.ts")).startDevelopmentGateway,
  kong: async () => (await import("./kong.ts")).startKong,
  docker: async () => (await import("./docker.ts")).startKongInDocker,
};

/** @throws Error when GATEWAY names none. */
export async function chosenGateway(): Promise<StartGateway> {
  const name = process.env["GATEWAY"] ?? "dev";
  const load = starters[name];
  if (load === undefined) throw new Error(`GATEWAY is "${name}"; there are ${Object.keys(starters).join(", ")}`);
  return load();
}
