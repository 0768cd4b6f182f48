/** The certificate header of a TLS terminator (S16, S29-S31): who may send it, how it is written, and that it goes no further. */
import { beforeAll, describe, expect, it } from "vitest";
import { active } from "../support/authorization-server.ts";
import { bearer, echoOf, receivedInAnySpelling, type Answer, type Header, type Request } from "../support/client.ts";
import { expectRefusal, INVALID_TOKEN } from "../support/expectations.ts";
import { thumbprintOf } from "../support/pki.ts";
import { freePorts } from "../support/ports.ts";
import { sendRaw } from "../support/raw-client.ts";
import { newToken } from "../support/secrets.ts";
import { TRUSTED_PROXY, useWorld } from "../support/world.ts";
import { certificates, type Certificates } from "./support/certificates.ts";
import { certificateOf, FORMATS, nginxEscaped } from "./support/header-formats.ts";

const [proxyProtocolPort = 0] = await freePorts(1);

/** Addresses of clients that PROXY protocol names. */
const TRUSTED_CLIENT = "192.0.2.7";
const STRANGER = "203.0.113.9";

const world = useWorld({
  settings: {
    trusted_ips: `${TRUSTED_PROXY},${TRUSTED_CLIENT}`,
    real_ip_header: "proxy_protocol",
    // Room for the headers that are too long for the plugin: by default nginx itself refuses lines beyond 8 KB.
    nginx_proxy_large_client_header_buffers: "8 64k",
    nginx_proxy_listen: `127.0.0.1:${proxyProtocolPort} proxy_protocol`,
  },
});

const NAME = "X-Client-Cert";
let more: Certificates;
let one: string;

beforeAll(async () => {
  more = await certificates();
  one = await thumbprintOf(world.pki.client1);
  const bound = { certificate_binding: "required", certificate_header: NAME };
  await world.configure({
    "/auto": [world.introspection(bound)],
    "/pem": [world.introspection({ ...bound, certificate_header_format: "pem_urlencoded" })],
    "/rfc9440": [world.introspection({ ...bound, certificate_header_format: "rfc9440" })],
    "/xfcc": [world.introspection({ ...bound, certificate_header_format: "xfcc" })],
    "/der": [world.introspection({ ...bound, certificate_header_format: "der_base64" })],
    "/kept": [world.introspection({ ...bound, hide_credentials: false })],
    "/unbound": [world.introspection({ certificate_header: NAME })],
    "/unbound-kept": [world.introspection({ certificate_header: NAME, hide_credentials: false })],
    "/anonymous": [world.introspection({ certificate_header: NAME, allow_anonymous: true })],
    "/standard": [world.introspection({ ...bound, certificate_header: "Client-Cert" })],
    "/no-header": [world.introspection({ certificate_binding: "required" })],
  });
});

function send(
  path: string,
  headers: readonly Header[],
  request: Request = { from: TRUSTED_PROXY },
  thumbprint = one,
): Promise<Answer> {
  return world.sendToken(path, active({ cnf: { "x5t#S256": thumbprint } }), { ...request, headers });
}

describe("every way of writing a certificate, with real certificates", () => {
  const chain = (): [typeof world.pki.client1, typeof world.pki.client1] => [world.pki.client1, world.pki.ca];
  const GOOD: [string, string, () => string][] = [
    ["nginx", "/pem", () => FORMATS.nginx(world.pki.client1)],
    ["nginx with a chain", "/pem", () => FORMATS.nginx(...chain())],
    ["AWS", "/pem", () => FORMATS.aws(world.pki.client1)],
    ["AWS with a chain", "/pem", () => FORMATS.aws(...chain())],
    ["Apache", "/pem", () => FORMATS.apache(world.pki.client1)],
    ["Traefik 3", "/pem", () => FORMATS.traefik(world.pki.client1)],
    ["Traefik 3 with a chain", "/pem", () => FORMATS.traefik(...chain())],
    ["Traefik 2 with a chain", "/pem", () => FORMATS.traefik2(...chain())],
    ["RFC 9440", "/rfc9440", () => FORMATS.rfc9440(world.pki.client1)],
    ["Envoy, Cert", "/xfcc", () => FORMATS.xfccCert(world.pki.client1)],
    ["Envoy, Hash", "/xfcc", () => FORMATS.xfccHash(world.pki.client1)],
    ["Envoy, Hash and Cert and Chain", "/xfcc", () => FORMATS.xfccBoth(...chain())],
    [
      "Envoy, another hop before",
      "/xfcc",
      () => `${FORMATS.xfccBoth(world.pki.client2)},${FORMATS.xfccHash(world.pki.client1)}`,
    ],
    ["HAProxy, Caddy", "/der", () => FORMATS.der(world.pki.client1)],
  ];
  it.each(GOOD)("%s, by its own setting and by auto", async (_name, path, value) => {
    const other = await thumbprintOf(world.pki.client2);
    for (const each of [path, "/auto"]) {
      const answer = await send(each, [[NAME, value()]]);
      expect(receivedInAnySpelling(answer, NAME)).toEqual([]);
      expectRefusal(await send(each, [[NAME, value()]], undefined, other), INVALID_TOKEN);
    }
  });

  it("a chain the other way round names another leaf", async () => {
    const backwards: string[] = [
      FORMATS.nginx(world.pki.ca, world.pki.client1),
      FORMATS.traefik(world.pki.ca, world.pki.client1),
    ];
    for (const value of backwards) expectRefusal(await send("/auto", [[NAME, value]]), INVALID_TOKEN);
  });

  it("Envoy: the hop nearest to the gateway counts, not one before it", async () => {
    const value = `${FORMATS.xfccHash(world.pki.client1)},${FORMATS.xfccHash(world.pki.client2)}`;
    expectRefusal(await send("/xfcc", [[NAME, value]]), INVALID_TOKEN);
    expect((await send("/xfcc", [[NAME, value]], undefined, await thumbprintOf(world.pki.client2))).status).toBe(200);
  });

  it("a value in another form than the setting's is refused", async () => {
    const values = {
      "/pem": FORMATS.nginx,
      "/rfc9440": FORMATS.rfc9440,
      "/xfcc": FORMATS.xfccHash,
      "/der": FORMATS.der,
    };
    for (const [path] of Object.entries(values)) {
      for (const [own, write] of Object.entries(values)) {
        // Bare Base64 is Traefik's form of pem_urlencoded too.
        const same = own === path || (path === "/pem" && own === "/der");
        const answer = await send(path, [[NAME, write(world.pki.client1)]]);
        expect([path, own, answer.status]).toEqual([path, own, same ? 200 : 401]);
      }
    }
  });

  it("self-signed, below an intermediate, of a foreign authority: possession is what counts (S15)", async () => {
    for (const identity of [world.pki.selfSigned, more.belowIntermediate, world.pki.foreignClient, more.expired]) {
      const answer = await send("/auto", [[NAME, FORMATS.nginx(identity)]], undefined, await thumbprintOf(identity));
      expect(answer.status).toBe(200);
    }
  });
});

describe("who may send it", () => {
  const value = (): string => FORMATS.nginx(world.pki.client1);

  it("an address that is not in trusted_ips may not: the header is never read", async () => {
    expectRefusal(await send("/auto", [[NAME, value()]], { from: "127.0.0.3" }), INVALID_TOKEN);
    expectRefusal(await send("/auto", [[NAME, value()]], {}), INVALID_TOKEN);
    expectRefusal(await send("/auto", [[NAME, value()]], { identity: world.pki.client2 }), INVALID_TOKEN);
  });

  it("nor does a header of a stranger do harm: the handshake counts", async () => {
    for (const garbage of [FORMATS.nginx(world.pki.client2), "garbage", "A".repeat(40_000)]) {
      expect(
        (
          await send(
            "/auto",
            [
              [NAME, garbage],
              ["x_client_cert", garbage],
            ],
            { identity: world.pki.client1 },
          )
        ).status,
      ).toBe(200);
    }
  });

  it("X-Forwarded-For and X-Real-IP make nobody trusted", async () => {
    const lies: Header[] = [
      ["X-Forwarded-For", TRUSTED_PROXY],
      ["X-Real-IP", TRUSTED_PROXY],
      ["Forwarded", `for=${TRUSTED_PROXY}`],
    ];
    expectRefusal(await send("/auto", [[NAME, value()], ...lies], {}), INVALID_TOKEN);
  });

  it("from a trusted proxy the header wins over the proxy's own certificate", async () => {
    const proxy: Request = { from: TRUSTED_PROXY, identity: world.pki.client2 };
    expect((await send("/auto", [[NAME, value()]], proxy)).status).toBe(200);
    expectRefusal(await send("/auto", [[NAME, value()]], proxy, await thumbprintOf(world.pki.client2)), INVALID_TOKEN);
  });

  it("absent: the handshake counts. Empty: the proxy says that there is none", async () => {
    const proxy: Request = { from: TRUSTED_PROXY, identity: world.pki.client1 };
    expect((await send("/auto", [], proxy)).status).toBe(200);
    expectRefusal(await send("/auto", [[NAME, ""]], proxy), INVALID_TOKEN);
    expectRefusal(await send("/auto", [[NAME, ""]]), INVALID_TOKEN);
    expectRefusal(await send("/auto", []), INVALID_TOKEN);
  });

  it("without the setting no header is read, not even a trusted proxy's", async () => {
    expectRefusal(
      await send("/no-header", [
        [NAME, value()],
        ["Client-Cert", FORMATS.rfc9440(world.pki.client1)],
      ]),
      INVALID_TOKEN,
    );
  });
});

describe("PROXY protocol: the peer is the balancer for everybody, so the client that it names must be trusted too", () => {
  async function throughBalancer(client: string | undefined, from: string): Promise<number> {
    const token = newToken();
    world.server.answer(token, active({ cnf: { "x5t#S256": one } }));
    const spoken = client === undefined ? "PROXY UNKNOWN\r\n" : `PROXY TCP4 ${client} 127.0.0.1 40000 443\r\n`;
    const [name, bearing] = bearer(token);
    const lines = [
      "GET /auto HTTP/1.1",
      "Host: localhost",
      `${name}: ${bearing}`,
      `${NAME}: ${FORMATS.nginx(world.pki.client1)}`,
      "Connection: close",
    ];
    return (await sendRaw(proxyProtocolPort, `${spoken}${lines.join("\r\n")}\r\n\r\n`, from)).status;
  }

  it.each<[string, string | undefined, string, number]>([
    ["balancer trusted, client trusted", TRUSTED_CLIENT, TRUSTED_PROXY, 200],
    ["balancer trusted, client a stranger", STRANGER, TRUSTED_PROXY, 401],
    ["balancer a stranger, client trusted", TRUSTED_CLIENT, "127.0.0.3", 401],
    ["both strangers", STRANGER, "127.0.0.3", 401],
    ["the client claims the balancer's address, through an untrusted balancer", TRUSTED_PROXY, "127.0.0.3", 401],
  ])("%s", async (_name, client, from, status) => {
    expect(await throughBalancer(client, from)).toBe(status);
  });
});

describe("what cannot be read is refused (S12), and is no crash", () => {
  const pem = (): string => FORMATS.nginx(world.pki.client1);
  const der = (): Buffer => certificateOf(world.pki.client1).raw;
  const BAD: [string, () => string][] = [
    ["a word", () => "garbage"],
    ["a null byte, percent-encoded", () => `${pem()}%00`],
    ["a percent sign with nothing behind it", () => `${pem()}%`],
    ["broken percent-encoding", () => pem().replace("%0A", "%0G")],
    ["PEM cut short", () => pem().slice(0, 400)],
    ["PEM without its end", () => pem().slice(0, pem().indexOf("-----END"))],
    ["text before PEM", () => `a%20${pem()}`],
    ["text behind PEM", () => `${pem()}a`],
    ["a private key", () => nginxEscaped("-----BEGIN PRIVATE KEY-----\nMIGH\n-----END PRIVATE KEY-----\n")],
    [
      "PEM of something that is no certificate",
      () =>
        nginxEscaped(
          `-----BEGIN CERTIFICATE-----\n${Buffer.from("hello").toString("base64")}\n-----END CERTIFICATE-----\n`,
        ),
    ],
    [
      "a second certificate that is none",
      () => pem() + nginxEscaped("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"),
    ],
    ["bytes behind the DER", () => Buffer.concat([der(), Buffer.from([0])]).toString("base64")],
    ["two DER certificates in one", () => Buffer.concat([der(), der()]).toString("base64")],
    ["DER cut short", () => der().subarray(0, -1).toString("base64")],
    [
      "the key's part of the DER",
      () =>
        (certificateOf(world.pki.client1).publicKey.export({ type: "spki", format: "der" }) as Buffer).toString(
          "base64",
        ),
    ],
    ["Base64 of another alphabet", () => Buffer.concat([der(), Buffer.alloc(0)]).toString("base64url")],
    ["white space in Base64", () => `${der().toString("base64").slice(0, 64)} ${der().toString("base64").slice(64)}`],
    ["Base64 with an end too many", () => `${der().toString("base64")}=`],
    ["RFC 9440 without its end", () => `:${der().toString("base64")}`],
    ["RFC 9440 with parameters", () => `${FORMATS.rfc9440(world.pki.client1)};a=1`],
    ["RFC 9440 with two values", () => `${FORMATS.rfc9440(world.pki.client1)}, ${FORMATS.rfc9440(world.pki.client1)}`],
    ["RFC 9440 with nothing in it", () => "::"],
    ["Envoy without Cert and Hash", () => "By=spiffe://demo;URI=spiffe://demo/client1"],
    ["Envoy, a quote that never ends", () => 'By=x;Cert="abc'],
    ["Envoy, Hash and Cert of two certificates", () => `Hash=${"0".repeat(64)};Cert="${pem()}"`],
    ["Envoy, Cert twice", () => `Cert="${pem()}";Cert="${pem()}"`],
    ["Envoy, a Hash of another length", () => `Hash=${"0".repeat(40)}`],
    ["Envoy, an element that is empty", () => `${FORMATS.xfccHash(world.pki.client1)},`],
    ["the certificate twice in one value", () => `${pem()},${pem()}`],
    ["bytes beyond ASCII", () => "\xff\xfe\xfd"],
    ["longer than 16 KiB", () => `${pem()}${"%0A".repeat(6000)}`],
    ["sixty thousand bytes", () => "A".repeat(60_000)],
  ];
  it.each(BAD)("%s", async (_name, value) => {
    expectRefusal(await send("/auto", [[NAME, value()]]), INVALID_TOKEN);
    for (const path of ["/pem", "/rfc9440", "/xfcc", "/der"]) {
      const answer = await send(path, [[NAME, value()]]);
      expect([path, answer.status]).toEqual([path, 401]);
    }
    // A handshake does not help who sent garbage beside it.
    expectRefusal(
      await send("/auto", [[NAME, value()]], { from: TRUSTED_PROXY, identity: world.pki.client1 }),
      INVALID_TOKEN,
    );
  });

  const DUPLICATES: [string, Header[]][] = [
    [
      "the header twice",
      [
        [NAME, "PEM"],
        [NAME, "PEM"],
      ],
    ],
    [
      "twice, in two cases",
      [
        [NAME, "PEM"],
        ["x-client-cert", "PEM"],
      ],
    ],
    [
      "in both spellings",
      [
        [NAME, "PEM"],
        ["X_Client_Cert", "PEM"],
      ],
    ],
    [
      "in both spellings, mixed",
      [
        ["x_client-cert", "PEM"],
        [NAME, "PEM"],
      ],
    ],
    [
      "empty and full",
      [
        [NAME, ""],
        [NAME, "PEM"],
      ],
    ],
    [
      "empty and full, in both spellings",
      [
        [NAME, ""],
        ["X_Client_Cert", "PEM"],
      ],
    ],
    // The terminator sets the header as it is configured; another spelling can only be what it let through.
    ["in another spelling than the setting's alone", [["X_Client_Cert", "PEM"]]],
    ["in a spelling that is half another alone", [["X-Client_Cert", "PEM"]]],
  ];
  it.each(DUPLICATES)("%s", async (_name, headers) => {
    const filled = headers.map(([name, value]): Header => [name, value === "PEM" ? pem() : value]);
    expectRefusal(await send("/auto", filled), INVALID_TOKEN);
  });

  it("says why in the log, without the header's text", async () => {
    await send("/auto", [[NAME, `By=very-private-text;Cert="`]]);
    const line = await world.waitForErrorLog(/the certificate header is refused/);
    expect(line).not.toContain("very-private-text");
  });
});

describe("it goes no further (S30)", () => {
  const spoofed = (): Header[] => [
    [NAME, FORMATS.nginx(world.pki.client2)],
    ["x-client-cert", "second"],
    ["X_Client_Cert", "third"],
    ["x_client-cert", "fourth"],
  ];

  it.each<[string, string, Request]>([
    ["from a stranger", "/unbound", {}],
    ["from a trusted proxy", "/unbound", { from: TRUSTED_PROXY }],
    ["from a stranger, though credentials are not hidden", "/unbound-kept", {}],
    ["from a stranger with a certificate, though credentials are not hidden", "/unbound-kept", { tls: true }],
  ])("%s", async (_name, path, request) => {
    const answer = await world.sendToken(path, active(), { ...request, headers: [...spoofed(), ["X-Other", "kept"]] });
    expect(receivedInAnySpelling(answer, NAME)).toEqual([]);
    expect(echoOf(answer).headers.filter(([name]) => name === "X-Other")).toHaveLength(1);
  });

  it("without a token that passes", async () => {
    expect(receivedInAnySpelling(await world.send("/anonymous", { headers: spoofed() }), NAME)).toEqual([]);
  });

  it("a trusted proxy's own goes on where credentials are not hidden", async () => {
    const value = FORMATS.nginx(world.pki.client1);
    expect(receivedInAnySpelling(await send("/kept", [[NAME, value]]), NAME)).toEqual([value]);
  });

  it("what a client slipped past a trusted proxy goes no further, also where credentials are not hidden (S30)", async () => {
    const value = FORMATS.nginx(world.pki.client1);
    const forged = FORMATS.nginx(world.pki.client2);
    const request = { from: TRUSTED_PROXY };
    const own: Header = [NAME, value];
    const other: Header = ["X_Client_Cert", forged];
    const cases: [Header[], string[]][] = [
      [[other], []],
      [[own, other], [value]],
      [[own, [NAME, forged]], []],
    ];
    for (const [headers, expected] of cases) {
      const answer = await world.sendToken("/unbound-kept", active(), { ...request, headers });
      expect(receivedInAnySpelling(answer, NAME)).toEqual(expected);
    }
  });

  it("Client-Cert-Chain is the other half of RFC 9440: it goes with Client-Cert", async () => {
    const chain: Header = ["Client-Cert-Chain", FORMATS.rfc9440(world.pki.ca)];
    const answer = await send("/standard", [
      ["Client-Cert", FORMATS.rfc9440(world.pki.client1)],
      chain,
      ["Client_Cert_Chain", "x"],
    ]);
    expect(receivedInAnySpelling(answer, "Client-Cert")).toEqual([]);
    expect(receivedInAnySpelling(answer, "Client-Cert-Chain")).toEqual([]);
  });
});
