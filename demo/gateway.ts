/** The gateway of the demo, by choice: the development gateway, or the `kong` command on PATH. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { SettingsError, startGateway } from "../gateway/gateway.ts";
import { UserError } from "./errors.ts";

const run = promisify(execFile);

export type GatewayKind = "dev" | "kong";

export interface DemoGateway {
  /** What it is, for people. */
  readonly description: string;
  stop(): Promise<void>;
}

const KONG_PREFIX = ".demo/kong";

/** The part of a failed command's output that says why. */
function reason(cause: unknown): string {
  const { stdout = "", stderr = "" } = cause as { stdout?: string; stderr?: string };
  const lines = `${stdout}\n${stderr}`.split("\n").filter((line) => line.trim() !== "");
  return (lines.find((line) => /error/i.test(line)) ?? lines.at(-1) ?? String(cause)).trim();
}

async function startDevelopmentGateway(configuration: string): Promise<DemoGateway> {
  try {
    const gateway = await startGateway({ conf: configuration });
    return { description: "the development gateway", stop: () => gateway.stop() };
  } catch (cause) {
    if (cause instanceof SettingsError) throw new UserError(`The development gateway: ${cause.message}`);
    throw cause;
  }
}

async function startKong(configuration: string): Promise<DemoGateway> {
  let version: string;
  try {
    version = (await run("kong", ["version"])).stdout.trim();
    await run("kong", ["start", "-c", configuration]);
  } catch (cause) {
    if ((cause as { code?: unknown }).code === "ENOENT") {
      throw new UserError("The command `kong` is not on PATH. Leave GATEWAY out to take the development gateway.");
    }
    throw new UserError(`kong start failed: ${reason(cause)}`);
  }
  return {
    description: `Kong ${version}`,
    async stop() {
      await run("kong", ["stop", "-p", KONG_PREFIX]);
    },
  };
}

/**
 * Starts a gateway with a kong.conf. The paths in it are relative to the current directory, which is the project's.
 *
 * @throws UserError when the gateway is missing or does not start.
 */
export async function startDemoGateway(kind: GatewayKind, configuration: string): Promise<DemoGateway> {
  return kind === "kong" ? startKong(configuration) : startDevelopmentGateway(configuration);
}
