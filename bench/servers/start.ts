/** Starts the benchmarks' own servers, each in a process of its own that ends with ours. */
import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";

export interface OwnServer {
  readonly port: number;
  readonly pid: number;
  stop(): Promise<void>;
}

/** @param name file in this folder, without its ending. @throws Error when the server ends before it listens. */
export async function startOwnServer(name: "upstream" | "authorization-server"): Promise<OwnServer> {
  const child = fork(fileURLToPath(new URL(`${name}.ts`, import.meta.url)), { execArgv: ["--import", "tsx"] });
  const ended = new Promise<void>((done) => child.once("exit", () => done()));
  const port = await new Promise<number>((done, fail) => {
    child.once("message", (message) => done((message as { port: number }).port));
    child.once("exit", (code) => fail(new Error(`the bench's ${name} ended with ${code}`)));
  });
  return {
    port,
    pid: child.pid ?? 0,
    async stop() {
      child.kill();
      await ended;
    },
  };
}

/** How many introspections the authorization server has answered. */
export async function countIntrospections(server: OwnServer): Promise<number> {
  const response = await fetch(`http://127.0.0.1:${server.port}/`);
  const { introspections } = (await response.json()) as { introspections: number };
  return introspections;
}
