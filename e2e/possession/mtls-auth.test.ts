/** mtls-auth where nginx asks for a certificate and lets any through (optional_no_ca): ca_certificates, headers, refusals. */
import { createHash } from "node:crypto";
import { beforeAll, describe, expect, it } from "vitest";
import type { Identity } from "../../demo/pki.ts";
import { needs } from "../support/capability.ts";
import { echoOf, received, receivedInAnySpelling, valuesOf, type Answer, type Header } from "../support/client.ts";
import { pemOf, thumbprintOf } from "../support/pki.ts";
import { sendRaw } from "../support/raw-client.ts";
import { useWorld, type World } from "../support/world.ts";
import { certificates, type Certificates } from "./support/certificates.ts";
import { connectionsOver, http2To } from "./support/connections.ts";
import { certificateOf, nginxEscaped } from "./support/header-formats.ts";
import { expectMtlsRefusal } from "./support/mtls-refusal.ts";

const world: World = useWorld();
let more: Certificates;

const HEADERS = {
  upstream_cert_header: "X-Cert",
  upstream_cert_fingerprint_header: "X-Cert-SHA1",
  upstream_cert_fingerprint_sha256_header: "X-Cert-SHA256",
  upstream_cert_serial_header: "X-Cert-Serial",
  upstream_cert_i_dn_header: "X-Cert-Issuer",
  upstream_cert_s_dn_header: "X-Cert-Subject",
  upstream_cert_cn_header: "X-Cert-CN",
  upstream_cert_org_header: "X-Cert-Org",
} as const;

beforeAll(async () => {
  more = await certificates();
  const root = await pemOf(world.pki.ca);
  const foreign = await pemOf(world.pki.foreignCa);
  const intermediate = await pemOf(more.intermediate);
  await world.configure({
    "/nginx": [world.mtls()],
    "/root": [world.mtls({ ca_certificates: [root] })],
    "/foreign": [world.mtls({ ca_certificates: [foreign] })],
    "/both": [world.mtls({ ca_certificates: [root, foreign] })],
    "/intermediate": [world.mtls({ ca_certificates: [intermediate] })],
    "/root-and-intermediate": [world.mtls({ ca_certificates: [root, intermediate] })],
    "/over": [world.mtls({ ca_certificates: [await pemOf(more.expiredAuthority)] })],
    "/headers": [world.mtls({ ...HEADERS })],
    "/headers-foreign": [world.mtls({ ...HEADERS, ca_certificates: [foreign] })],
    "/cn": [world.mtls({ upstream_cert_cn_header: "X-Cert-CN", upstream_cert_org_header: "X-Cert-Org" })],
    "/standard": [world.mtls({ upstream_cert_header: "Client-Cert", ca_certificates: [root] })],
    "/403": [world.mtls({ error_response_code: 403 })],
    "/495": [world.mtls({ error_response_code: 495, ca_certificates: [foreign] })],
  });
});

describe("ca_certificates: who passes (RFC 5280 §6)", () => {
  const TABLE: [string, () => Identity | undefined, Record<string, boolean>][] = [
    [
      "a client of our authority",
      () => world.pki.client1,
      { "/nginx": true, "/root": true, "/foreign": false, "/both": true, "/intermediate": false },
    ],
    [
      "a client of the foreign one",
      () => world.pki.foreignClient,
      { "/nginx": false, "/root": false, "/foreign": true, "/both": true, "/intermediate": false },
    ],
    [
      "one that signed itself",
      () => world.pki.selfSigned,
      { "/nginx": false, "/root": false, "/foreign": false, "/both": false },
    ],
    [
      "below an intermediate, sent along",
      () => more.withIntermediate,
      { "/root": true, "/both": true, "/intermediate": true, "/foreign": false, "/root-and-intermediate": true },
    ],
    [
      "below an intermediate, not sent along",
      () => more.belowIntermediate,
      { "/nginx": false, "/root": false, "/intermediate": true, "/root-and-intermediate": true },
    ],
    ["nine authorities deep", () => more.belowNinth, { "/root": true, "/both": true, "/foreign": false }],
    ["ten authorities deep", () => more.belowDeep, { "/root": false, "/both": false }],
    ["that does not say what it is for", () => more.forAnything, { "/nginx": true, "/root": true, "/foreign": false }],
    ["none", () => undefined, { "/nginx": false, "/root": false, "/foreign": false, "/intermediate": false }],
  ];
  it.each(TABLE)("%s", async (_name, identity, passes) => {
    const own = identity();
    for (const [path, passing] of Object.entries(passes)) {
      const answer = await world.send(path, own === undefined ? { tls: true } : { identity: own });
      expect([path, answer.status]).toEqual([path, passing ? 200 : 401]);
    }
  });

  it.each<[string, () => Identity]>([
    ["expired", () => more.expired],
    ["not yet valid", () => more.notYetValid],
    ["for servers only", () => more.forServers],
    ["below a client, which is no authority", () => more.belowClient],
    ["of an authority whose time is over", () => more.belowExpiredAuthority],
  ])("%s: passes nowhere; nginx itself answers 400", async (_name, identity) => {
    for (const path of ["/nginx", "/root", "/both", "/over", "/headers"]) {
      expect((await world.send(path, { identity: identity() })).status).toBe(400);
    }
  });

  it("without TLS", async () => {
    for (const path of ["/nginx", "/root"]) expectMtlsRefusal(await world.send(path));
  });

  it("one connection, many routes: each judges by its own authorities", async () => {
    const connections = connectionsOver({ version: "TLSv1.3", tickets: true });
    try {
      for (let round = 0; round < 5; round += 1) {
        const statuses: number[] = [];
        for (const path of ["/nginx", "/root", "/foreign", "/both", "/intermediate"]) {
          statuses.push((await world.send(path, { identity: world.pki.client1, connections })).status);
        }
        expect(statuses).toEqual([200, 200, 401, 200, 401]);
      }
    } finally {
      connections.close();
    }
  });

  it("a certificate of the same name by another authority is not taken for it", async () => {
    const subject = certificateOf(world.pki.client1).subject;
    expect(certificateOf(world.pki.foreignClient).subject).toBe(subject);
    expectMtlsRefusal(await world.send("/root", { identity: world.pki.foreignClient }));
  });
});

describe("TLS resumption", () => {
  it.each(["TLSv1.3", "TLSv1.2"] as const)(
    "%s: the resumed session passes as the first did, a certificate below a listed authority",
    async (version) => {
      for (const [path, identity] of [
        ["/nginx", world.pki.client1],
        ["/root", world.pki.client1],
        ["/intermediate", more.belowIntermediate],
        ["/root-and-intermediate", more.withIntermediate],
      ] as const) {
        const send = async (session?: Buffer): Promise<Answer> => {
          const connections = connectionsOver({ version, tickets: true });
          try {
            return await world.send(path, { identity, connections, ...(session === undefined ? {} : { session }) });
          } finally {
            connections.close();
          }
        };
        const first = await send();
        const second = await send(first.sessions.at(-1));
        expect([path, first.status, second.status, second.resumed]).toEqual([path, 200, 200, true]);
      }
    },
  );

  it("nobody keeps the intermediates that a client sent: only listed ones help, and the log says so", async () => {
    const identity = more.withIntermediate;
    const choice = { version: "TLSv1.3", tickets: true } as const;
    const [one, two] = [connectionsOver(choice), connectionsOver(choice)];
    try {
      const first = await world.send("/root", { identity, connections: one });
      const session = first.sessions.at(-1);
      expect(session).toBeDefined();
      const second = await world.send("/root", {
        identity,
        connections: two,
        ...(session === undefined ? {} : { session }),
      });
      expect([first.status, second.resumed]).toEqual([200, true]);
      expectMtlsRefusal(second);
      await world.waitForErrorLog(/intermediate certificates must be among ca_certificates/);
    } finally {
      one.close();
      two.close();
    }
  });
});

describe("headers to the upstream", () => {
  it("each setting sends its part of the certificate", async () => {
    for (const [path, identity] of [
      ["/headers", world.pki.client1],
      ["/headers-foreign", world.pki.foreignClient],
    ] as const) {
      const answer = await world.send(path, { identity });
      const certificate = certificateOf(identity);
      expect(received(answer, "X-Cert")).toEqual([nginxEscaped(await pemOf(identity))]);
      expect(received(answer, "X-Cert-SHA1")).toEqual([createHash("sha1").update(certificate.raw).digest("hex")]);
      expect(received(answer, "X-Cert-SHA256")).toEqual([await thumbprintOf(identity)]);
      expect(received(answer, "X-Cert-Serial")).toEqual([certificate.serialNumber]);
      const rfc4514 = (text: string): string => text.split("\n").reverse().join(",");
      expect(received(answer, "X-Cert-Issuer")).toEqual([rfc4514(certificate.issuer)]);
      expect(received(answer, "X-Cert-Subject")).toEqual([rfc4514(certificate.subject)]);
      expect(received(answer, "X-Cert-CN")).toEqual(["client1"]);
      expect(received(answer, "X-Cert-Org")).toEqual(["Callista Enterprise AB"]);
    }
  });

  /** RFC 8187 §3.2.1, where a header cannot carry the text as it is. */
  function asHeader(text: string): string {
    const plain = /^[ -~]*$/.test(text) && !/^ | $/.test(text) && !/^utf-8''/i.test(text);
    if (plain) return text;
    return `UTF-8''${[...Buffer.from(text)].map((byte) => (/[\w.~-]/.test(String.fromCharCode(byte)) ? String.fromCharCode(byte) : `%${byte.toString(16).toUpperCase().padStart(2, "0")}`)).join("")}`;
  }

  it("distinguished names are read as RFC 4514 writes them", async () => {
    for (const identity of more.names) {
      const answer = await world.send("/cn", { identity });
      const { name, commonName, organization } = identity;
      const wanted = [commonName, organization].map((text) => (text === undefined ? [] : [asHeader(text)]));
      expect([name, received(answer, "X-Cert-CN"), received(answer, "X-Cert-Org")]).toEqual([name, ...wanted]);
    }
  });

  it("a name is no place to smuggle another: an organisation written into the common name is none", async () => {
    const separators = more.names.find(({ name }) => name === "separators");
    expect(separators).toBeDefined();
    const answer = await world.send("/cn", { identity: separators ?? world.pki.client1 });
    expect(received(answer, "X-Cert-Org")).toEqual(['A, "B" + C; D\\E']);
  });
});

describe("what a client writes there itself", () => {
  const lies = (): Header[] =>
    Object.values(HEADERS).flatMap((name): Header[] => [
      [name, "lie"],
      [name.toLowerCase(), "lie"],
      [name.replaceAll("-", "_"), "lie"],
      [name.replace("-", "_"), "lie"],
    ]);

  it("is cleared, in every spelling", async () => {
    const answer = await world.send("/headers", { identity: world.pki.client1, headers: lies() });
    expect(echoOf(answer).headers.filter(([, value]) => value === "lie")).toEqual([]);
    expect(received(answer, "X-Cert-CN")).toEqual(["client1"]);
  });

  it("is cleared behind more than a thousand other headers", async (context) => {
    needs(context, world, "manyHeaders");
    const many = Array.from({ length: 1100 }, (_, index): Header => [`A${index}`, "1"]);
    const answer = await world.send("/headers", { identity: world.pki.client1, headers: [...many, ...lies()] });
    expect(echoOf(answer).headers.filter(([, value]) => value === "lie")).toEqual([]);
  });

  it("is cleared where the certificate lacks the part", async () => {
    const nameless = more.names.find(({ name }) => name === "no-name") ?? world.pki.client1;
    const answer = await world.send("/cn", { identity: nameless, headers: lies() });
    for (const name of ["X-Cert-CN", "X-Cert-Org"]) expect(receivedInAnySpelling(answer, name)).toEqual([]);
  });

  it.each(["X-Cert-CN", "x-cert-cn", "keep-alive, X-Cert-CN", "close,x_cert_cn", "X-Cert-SHA256 , te"])(
    "Connection: %s is refused: Kong would take the header off after all plugins",
    async (value) => {
      const answer = await world.send("/headers", { identity: world.pki.client1, headers: [["Connection", value]] });
      expect(answer.status).toBe(400);
      expect(JSON.parse(answer.body)).toMatchObject({ error: "invalid_request" });
    },
  );

  it("Connection in two headers is read whole", async () => {
    const request = "GET /headers HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nConnection: X-Cert-CN\r\n\r\n";
    expect((await sendRaw(world.gateway.httpPort, request)).status).toBe(400);
  });

  it.each(["keep-alive", "close", "X-Mine"])("Connection: %s is not", async (value) => {
    const answer = await world.send("/headers", {
      identity: world.pki.client1,
      headers: [
        ["Connection", value],
        ["X-Mine", "1"],
      ],
    });
    expect(received(answer, "X-Cert-CN")).toEqual(["client1"]);
  });
});

describe("the refusal", () => {
  it("is the predecessor's, byte for byte", async () => {
    for (const path of ["/nginx", "/root", "/foreign", "/headers"])
      expectMtlsRefusal(await world.send(path, { tls: true }));
  });

  it("has the status of error_response_code", async () => {
    expectMtlsRefusal(await world.send("/403", { tls: true }), 403);
    expectMtlsRefusal(await world.send("/495", { identity: world.pki.client1 }), 495);
  });

  it("has no body for HEAD", async () => {
    const answer = await world.send("/403", { tls: true, method: "HEAD" });
    expect([answer.status, answer.body]).toEqual([403, ""]);
    expect(valuesOf(answer, "Content-Type")[0]).toMatch(/^application\/json/);
  });

  it("does not reach the upstream", async () => {
    const before = world.upstream.requestCount();
    await world.send("/nginx", { tls: true });
    expect(world.upstream.requestCount()).toBe(before);
  });

  it("says why in the log", async () => {
    await world.send("/foreign", { identity: world.pki.client1 });
    await world.waitForErrorLog(/ca_certificates do not verify the certificate of CN=client1,O=Callista Enterprise AB/);
  });
});

describe("HTTP/2", () => {
  it("a hundred streams of one connection over routes with different authorities", async () => {
    const connection = await http2To(world.gateway.httpsPort, world.pki.ca.certificate, world.pki.client1);
    try {
      const paths = Array.from({ length: 100 }, (_, index) => (index % 2 === 0 ? "/headers" : "/headers-foreign"));
      const answers = await Promise.all(paths.map((path) => connection.send(path, [["x-cert-cn", "lie"]])));
      expect(answers.map(({ status }) => status)).toEqual(paths.map((path) => (path === "/headers" ? 200 : 401)));
      for (const { status, body } of answers) if (status === 200) expect(body).not.toContain('"lie"');
    } finally {
      connection.close();
    }
  });
});

describe("Client-Cert, the header of RFC 9440", () => {
  it("comes without a chain that a client wrote (S30)", async () => {
    const headers: Header[] = [
      ["Client-Cert-Chain", "a-lie"],
      ["client_cert_chain", "a-lie"],
    ];
    const answer = await world.send("/standard", { identity: world.pki.client1, headers });
    expect(received(answer, "Client-Cert")).toHaveLength(1);
    expect(receivedInAnySpelling(answer, "Client-Cert-Chain")).toEqual([]);
  });
});
