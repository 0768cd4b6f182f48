/** What surrounds the gateways of a run: our own servers, keys and certificates. All of it ends with the run. */
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { makePki, type Pki } from "../demo/pki.ts";
import type { Surroundings } from "./cases/case.ts";
import { certificateMaker, type ClientCertificate, readClientCertificate } from "./certificates.ts";
import type { Options } from "./options.ts";
import { findPinning, type Pinning } from "./pinning.ts";
import { type OwnServer, startOwnServer } from "./servers/start.ts";
import type { Identity } from "./slice.ts";

export interface World {
  readonly pki: Pki;
  readonly identity: Identity;
  readonly makeCertificate: () => ClientCertificate;
  readonly surroundings: Omit<Surroundings, "httpPort">;
  readonly authorizationServer: OwnServer;
  readonly pinning: Pinning;
  stop(): Promise<void>;
}

export async function startWorld(options: Options): Promise<World> {
  const directory = await mkdtemp(join(tmpdir(), "bench-"));
  const pki = await makePki(join(directory, "pki"));
  const [upstream, authorizationServer] = await Promise.all([
    startOwnServer("upstream"),
    startOwnServer("authorization-server"),
  ]);
  const client = readClientCertificate(pki.client1);
  const pinning = findPinning();
  for (const pid of [process.pid, upstream.pid, authorizationServer.pid]) pinning.others(pid);
  return {
    pki,
    identity: { ca: await readFile(pki.ca.certificate, "utf8"), client },
    makeCertificate: certificateMaker(pki.ca),
    surroundings: {
      kind: options.gateway,
      upstreamPort: upstream.port,
      authorizationServerPort: authorizationServer.port,
      thumbprint: client.thumbprint,
      tokens: options.tokens,
    },
    authorizationServer,
    pinning,
    async stop() {
      await Promise.all([upstream.stop(), authorizationServer.stop()]);
      await rm(directory, { recursive: true, force: true });
    },
  };
}
