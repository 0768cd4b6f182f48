/** Real TLS terminators in front of the gateway, each passing the certificate in its usual form (S16). */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Identity } from "../../demo/pki.ts";
import { active } from "../support/authorization-server.ts";
import { receivedInAnySpelling, type Answer, type Header } from "../support/client.ts";
import { expectRefusal, INVALID_TOKEN } from "../support/expectations.ts";
import { thumbprintOf } from "../support/pki.ts";
import { freePorts } from "../support/ports.ts";
import { useWorld } from "../support/world.ts";
import { certificates } from "./support/certificates.ts";
import { connectionsOver } from "./support/connections.ts";
import { FORMATS } from "./support/header-formats.ts";
import {
  ENVOY,
  KINDS,
  PASSTHROUGH,
  pathOf,
  startTerminator,
  type Terminator,
  type TerminatorKind,
} from "./support/terminators.ts";

const [proxyProtocolPort = 0] = await freePorts(1);

const world = useWorld({
  settings: {
    trusted_ips: "127.0.0.1",
    nginx_proxy_listen: `127.0.0.1:${proxyProtocolPort} ssl proxy_protocol`,
  },
});

/** Envoy's tests run where it is installed; the others belong to Debian and must be there. */
const kinds: readonly TerminatorKind[] = pathOf(ENVOY.program) === undefined ? KINDS : [...KINDS, ENVOY];

function pathsOf(kind: TerminatorKind): [string, string] {
  const name = kind.name.replaceAll(/\W+/g, "-").toLowerCase();
  return [`/${name}`, `/auto-${name}`];
}

beforeAll(async () => {
  const routes = [...kinds, PASSTHROUGH].flatMap((kind) => {
    const [own, auto] = pathsOf(kind);
    const config = { certificate_binding: "required", certificate_header: kind.header };
    return [
      [own, [world.introspection({ ...config, certificate_header_format: kind.format })]],
      [auto, [world.introspection(config)]],
      [`${own}-open`, [world.introspection({ certificate_header: kind.header })]],
    ] as const;
  });
  await world.configure(Object.fromEntries(routes));
});

function through(
  terminator: Terminator,
  path: string,
  thumbprint: string,
  identity: Identity | undefined,
  headers: Header[] = [],
): Promise<Answer> {
  const claims = active({ cnf: { "x5t#S256": thumbprint } });
  return world.sendToken(path, claims, {
    port: terminator.port,
    tls: true,
    headers,
    ...(identity === undefined ? {} : { identity }),
  });
}

describe.each(kinds.map((kind) => [kind.name, kind] as const))("%s", (_name, kind) => {
  let terminator: Terminator;
  beforeAll(async () => (terminator = await startTerminator(kind, world.pki, world.gateway.httpPort)));
  afterAll(() => terminator.stop());

  const [own, auto] = pathsOf(kind);

  /** What a client would write there to be client1: in this terminator's form and in the others, in every spelling. */
  function lies(): Header[] {
    const { client1 } = world.pki;
    const values = [FORMATS.nginx(client1), FORMATS.der(client1), FORMATS.rfc9440(client1), FORMATS.xfccHash(client1)];
    const underscores = kind.header.replaceAll("-", "_");
    return values.flatMap((value): Header[] => [
      [kind.header, value],
      [kind.header.toLowerCase(), value],
      [underscores, value],
    ]);
  }

  it.each([own, auto])(
    "%s: the certificate's owner passes, others do not, and the header goes no further",
    async (path) => {
      const { client1, client2, selfSigned } = world.pki;
      for (const identity of [client1, selfSigned]) {
        const answer = await through(terminator, path, await thumbprintOf(identity), identity);
        expect(receivedInAnySpelling(answer, kind.header)).toEqual([]);
        expectRefusal(await through(terminator, path, await thumbprintOf(identity), client2), INVALID_TOKEN);
      }
    },
  );

  it("a chain: the first certificate is the leaf", async () => {
    const { withIntermediate, intermediate } = await certificates();
    expect((await through(terminator, own, await thumbprintOf(withIntermediate), withIntermediate)).status).toBe(200);
    expectRefusal(await through(terminator, own, await thumbprintOf(intermediate), withIntermediate), INVALID_TOKEN);
  });

  it("a client without a certificate has none", async () => {
    expectRefusal(await through(terminator, own, await thumbprintOf(world.pki.client1), undefined), INVALID_TOKEN);
    expect((await world.sendToken(`${own}-open`, active(), { port: terminator.port, tls: true })).status).toBe(200);
  });

  it("what the client writes there itself does not count, with and without a certificate of its own", async () => {
    const thumbprint = await thumbprintOf(world.pki.client1);
    for (const identity of [world.pki.client2, undefined]) {
      for (const lie of lies()) {
        for (const path of [own, auto]) {
          const answer = await through(terminator, path, thumbprint, identity, [lie]);
          expect([lie[0], path, answer.status]).toEqual([lie[0], path, 401]);
        }
      }
    }
  });

  it("resumed TLS sessions keep their certificate", async () => {
    for (const version of ["TLSv1.3", "TLSv1.2"] as const) {
      const thumbprint = await thumbprintOf(world.pki.client1);
      const send = async (session?: Buffer): Promise<Answer> => {
        const connections = connectionsOver({ version, tickets: true });
        const offered = session === undefined ? {} : { session };
        try {
          const claims = active({ cnf: { "x5t#S256": thumbprint } });
          return await world.sendToken(own, claims, {
            port: terminator.port,
            identity: world.pki.client1,
            connections,
            ...offered,
          });
        } finally {
          connections.close();
        }
      };
      const first = await send();
      const second = await send(first.sessions.at(-1));
      expect([version, first.status, second.status, second.resumed]).toEqual([version, 200, 200, true]);
    }
  });
});

describe(PASSTHROUGH.name, () => {
  let balancer: Terminator;
  beforeAll(async () => (balancer = await startTerminator(PASSTHROUGH, world.pki, proxyProtocolPort)));
  afterAll(() => balancer.stop());

  const [own] = pathsOf(PASSTHROUGH);

  it("the handshake is with the gateway itself: its certificate counts", async () => {
    const thumbprint = await thumbprintOf(world.pki.client1);
    expect((await through(balancer, own, thumbprint, world.pki.client1)).status).toBe(200);
    expectRefusal(await through(balancer, own, thumbprint, world.pki.client2), INVALID_TOKEN);
    expectRefusal(await through(balancer, own, thumbprint, undefined), INVALID_TOKEN);
  });

  it("the balancer is trusted and its clients are not: no header of theirs is read", async () => {
    const lie: Header = ["X-Client-Cert", FORMATS.nginx(world.pki.client1)];
    const from = "127.0.0.3";
    const claims = active({ cnf: { "x5t#S256": await thumbprintOf(world.pki.client1) } });
    for (const identity of [world.pki.client2, undefined]) {
      const own_ = identity === undefined ? {} : { identity };
      expectRefusal(
        await world.sendToken(own, claims, { port: balancer.port, tls: true, from, headers: [lie], ...own_ }),
        INVALID_TOKEN,
      );
    }
  });
});
