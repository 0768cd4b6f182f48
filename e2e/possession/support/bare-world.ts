/** A world whose gateway has no nginx directive for client certificates: mtls-auth alone asks for them. */
import { stringify } from "yaml";
import { startUpstream } from "../../../demo/upstream.ts";
import { workingDirectory } from "../../gateways/files.ts";
import type { Gateway } from "../../gateways/gateway.ts";
import { chosenGateway } from "../../gateways/index.ts";
import { Client, type Answer, type Request } from "../../support/client.ts";
import { faultsIn } from "../../support/log-check.ts";
import { testPki, type TestPki } from "../../support/pki.ts";
import { rm } from "node:fs/promises";

export interface BareWorld {
  readonly gateway: Gateway;
  readonly pki: TestPki;
  send(path: string, request?: Request): Promise<Answer>;
  /** @throws Error when the gateway's log shows an error in Lua. */
  checkLog(): Promise<void>;
  stop(): Promise<void>;
}

/** What the gateway is to do: routes by their paths, each with its plugins, and plugins for all of them. */
export interface BareConfiguration {
  readonly routes: Readonly<Record<string, readonly object[]>>;
  readonly plugins: readonly object[];
}

/** Starts a gateway with this configuration, which it keeps. */
export async function startBareWorld(configure: (pki: TestPki) => Promise<BareConfiguration>): Promise<BareWorld> {
  const startGateway = await chosenGateway();
  const shared = await workingDirectory();
  const pki = await testPki();
  const upstream = await startUpstream();
  const { routes, plugins } = await configure(pki);
  const list = Object.entries(routes).map(([path, own], index) => ({
    name: `route-${index}`,
    paths: [path],
    plugins: own,
  }));
  const services = [{ name: "echo", url: `http://127.0.0.1:${upstream.port}`, routes: list }];
  const gateway = await startGateway({
    shared,
    yml: stringify({ _format_version: "3.0", services, plugins }),
    settings: { ssl_cert: pki.gateway.certificate, ssl_cert_key: pki.gateway.key },
  });
  const client = new Client({ http: gateway.httpPort, https: gateway.httpsPort }, pki.ca.certificate);
  return {
    gateway,
    pki,
    send: (path, request) => client.send(path, request),
    async checkLog() {
      const faults = faultsIn(await gateway.errorLog());
      if (faults.length > 0) throw new Error(`the gateway's log:\n${faults.join("\n")}`);
    },
    async stop() {
      await gateway.stop();
      await upstream.stop();
      await rm(shared, { recursive: true, force: true });
    },
  };
}
