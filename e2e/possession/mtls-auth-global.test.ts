/** mtls-auth configured globally, no nginx directive: it asks for the certificate itself, in the TLS handshake (design section 9). */
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { received, type Answer } from "../support/client.ts";
import { pemOf, thumbprintOf, type TestPki } from "../support/pki.ts";
import { startBareWorld, type BareConfiguration, type BareWorld } from "./support/bare-world.ts";
import { certificates, type Certificates } from "./support/certificates.ts";
import { connectionsOver, http2To } from "./support/connections.ts";
import { expectMtlsRefusal } from "./support/mtls-refusal.ts";

let world: BareWorld;
let more: Certificates;

/** Each part has a gateway of its own, which knows its configuration from the start. */
function useBareWorld(configure: (pki: TestPki) => Promise<BareConfiguration>): void {
  beforeAll(async () => {
    more = await certificates();
    world = await startBareWorld(configure);
  });
  afterEach(() => world.checkLog());
  afterAll(() => world.stop());
}

describe.each([
  ["with ca_certificates", true],
  ["without: nobody has verified anything, so nobody passes", false],
] as const)("%s", (_name, own) => {
  useBareWorld(async (pki) => {
    const root = await pemOf(pki.ca);
    const foreign = await pemOf(pki.foreignCa);
    const names = { upstream_cert_cn_header: "X-CN", upstream_cert_fingerprint_sha256_header: "X-SHA256" };
    const with_ = (ca: string): object[] => [{ name: "mtls-auth", config: { ...names, ca_certificates: [ca] } }];
    return {
      routes: { "/global": [], "/foreign": with_(foreign), "/root": with_(root) },
      plugins: own ? with_(root) : [{ name: "mtls-auth", config: names }],
    };
  });

  const passes = own ? 200 : 401;

  it("a route without an instance of its own", async () => {
    expect((await world.send("/global", { identity: world.pki.client1 })).status).toBe(passes);
    for (const identity of [
      world.pki.foreignClient,
      world.pki.selfSigned,
      more.expired,
      more.forServers,
      more.notYetValid,
    ]) {
      expectMtlsRefusal(await world.send("/global", { identity }));
    }
    expectMtlsRefusal(await world.send("/global", { tls: true }));
    expectMtlsRefusal(await world.send("/global"));
  });

  it("a route may have its own authorities", async () => {
    expect(received(await world.send("/foreign", { identity: world.pki.foreignClient }), "X-SHA256")).toEqual([
      await thumbprintOf(world.pki.foreignClient),
    ]);
    expectMtlsRefusal(await world.send("/foreign", { identity: world.pki.client1 }));
    expect(received(await world.send("/root", { identity: world.pki.client1 }), "X-CN")).toEqual(["client1"]);
    expectMtlsRefusal(await world.send("/root", { identity: world.pki.foreignClient }));
  });

  it("intermediates that the client sends count; those that it does not send are missing", async () => {
    expect(received(await world.send("/root", { identity: more.withIntermediate }), "X-CN")).toEqual(["below"]);
    expectMtlsRefusal(await world.send("/root", { identity: more.belowIntermediate }));
    expect((await world.send("/root", { identity: more.belowNinth })).status).toBe(200);
    expectMtlsRefusal(await world.send("/root", { identity: more.belowDeep }));
    expectMtlsRefusal(await world.send("/root", { identity: more.belowClient }));
  });

  it.each(["TLSv1.3", "TLSv1.2"] as const)(
    "%s: no session is resumed, so the intermediates are there every time",
    async (version) => {
      for (const tickets of [true, false]) {
        let session: Buffer | undefined;
        for (let round = 0; round < 3; round += 1) {
          const connections = connectionsOver({ version, tickets });
          try {
            const answer: Answer = await world.send("/root", {
              identity: more.withIntermediate,
              connections,
              ...(session === undefined ? {} : { session }),
            });
            expect([answer.status, answer.resumed]).toEqual([200, false]);
            session = answer.sessions.at(-1) ?? session;
          } finally {
            connections.close();
          }
        }
      }
    },
  );

  it("HTTP/1.1 kept alive and HTTP/2 streams: the connection's certificate, every time", async () => {
    const connections = connectionsOver({ version: "TLSv1.3", tickets: true });
    const connection = await http2To(world.gateway.httpsPort, world.pki.ca.certificate, world.pki.client1);
    try {
      for (let round = 0; round < 5; round += 1) {
        expect((await world.send("/root", { identity: world.pki.client1, connections })).status).toBe(200);
        expectMtlsRefusal(await world.send("/foreign", { identity: world.pki.client1, connections }));
      }
      const paths = Array.from({ length: 60 }, (_, index) => (index % 2 === 0 ? "/root" : "/foreign"));
      const answers = await Promise.all(paths.map((path) => connection.send(path, [])));
      expect(answers.map(({ status }) => status)).toEqual(paths.map((path) => (path === "/root" ? 200 : 401)));
    } finally {
      connections.close();
      connection.close();
    }
  });
});

describe("only on a route: its instance cannot ask", () => {
  useBareWorld(async (pki) => ({
    routes: { "/route": [{ name: "mtls-auth", config: { ca_certificates: [await pemOf(pki.ca)] } }], "/open": [] },
    plugins: [],
  }));

  it("so nobody has a certificate there", async () => {
    expectMtlsRefusal(await world.send("/route", { identity: world.pki.client1 }));
    expect((await world.send("/open", { identity: world.pki.client1 })).status).toBe(200);
  });
});
