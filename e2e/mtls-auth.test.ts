/** mtls-auth (design section 9): who passes, and what the upstream is told of the certificate. */
import { readFile } from "node:fs/promises";
import { createHash, X509Certificate } from "node:crypto";
import { beforeAll, describe, expect, it } from "vitest";
import type { Identity } from "../demo/pki.ts";
import {
  echoOf,
  keepConnections,
  received,
  receivedInAnySpelling,
  type Answer,
  type Header,
} from "./support/client.ts";
import { pemOf, thumbprintOf } from "./support/pki.ts";
import { useWorld } from "./support/world.ts";

const world = useWorld();
const BODY = '{"error":"invalid_request", "error_description": "mTLS client not provided or invalid"}';
const HEADERS = {
  upstream_cert_header: "X-Cert",
  upstream_cert_fingerprint_header: "X-Fingerprint",
  upstream_cert_fingerprint_sha256_header: "X-Thumbprint",
  upstream_cert_serial_header: "X-Serial",
  upstream_cert_i_dn_header: "X-Issuer",
  upstream_cert_s_dn_header: "X-Subject",
  upstream_cert_cn_header: "X-CN",
  upstream_cert_org_header: "X-Org",
};

beforeAll(async () => {
  const { ca, foreignCa } = world.pki;
  await world.configure({
    "/plain": [world.mtls()],
    "/headers": [world.mtls(HEADERS)],
    "/teapot": [world.mtls({ error_response_code: 418 })],
    "/ours": [world.mtls({ ...HEADERS, ca_certificates: [await pemOf(ca)] })],
    "/theirs": [world.mtls({ ...HEADERS, ca_certificates: [await pemOf(foreignCa)] })],
    "/namesake": [world.mtls({ ca_certificates: [await pemOf(world.pki.namesake)] })],
    "/several": [world.mtls({ ca_certificates: [await pemOf(foreignCa), await pemOf(ca)] })],
  });
});

function refused(answer: Answer): void {
  expect([answer.status, answer.body]).toEqual([401, BODY]);
}

async function parsed(identity: Identity): Promise<X509Certificate> {
  return new X509Certificate(await readFile(identity.certificate));
}

describe("who passes", () => {
  it("a certificate that nginx verified", async () => {
    expect((await world.send("/plain", { identity: world.pki.client1 })).status).toBe(200);
  });

  it("nobody else", async () => {
    refused(await world.send("/plain"));
    refused(await world.send("/plain", { tls: true }));
    refused(await world.send("/plain", { identity: world.pki.foreignClient }));
    refused(await world.send("/plain", { identity: world.pki.selfSigned }));
  });

  it("error_response_code is the status", async () => {
    const answer = await world.send("/teapot", { tls: true });
    expect([answer.status, answer.body]).toEqual([418, BODY]);
  });
});

describe("ca_certificates: only these count, whatever nginx says", () => {
  it("ours", async () => {
    expect((await world.send("/ours", { identity: world.pki.client1 })).status).toBe(200);
    refused(await world.send("/ours", { identity: world.pki.foreignClient }));
    refused(await world.send("/ours", { identity: world.pki.selfSigned }));
    refused(await world.send("/ours", { tls: true }));
    refused(await world.send("/ours"));
  });

  it("theirs", async () => {
    expect((await world.send("/theirs", { identity: world.pki.foreignClient })).status).toBe(200);
    refused(await world.send("/theirs", { identity: world.pki.client1 }));
  });

  it("several", async () => {
    for (const identity of [world.pki.client1, world.pki.foreignClient]) {
      expect((await world.send("/several", { identity })).status).toBe(200);
    }
    refused(await world.send("/several", { identity: world.pki.selfSigned }));
  });

  // Every test fails where the log has a line at level alert: nginx writes one of what OpenSSL has left of a failed signature.
  it("not whoever calls itself like one of them", async () => {
    refused(await world.send("/namesake", { identity: world.pki.impostor }));
  });

  it("must be authorities: another certificate is refused at configuration time", async () => {
    const plugin = world.mtls({ ca_certificates: [await pemOf(world.pki.selfSigned)] });
    await expect(world.configure({ "/self": [plugin] })).rejects.toThrow(/certificate authority/);
  });

  it("a server's certificate is no client's (extended key usage)", async () => {
    // nginx itself answers 400 where it has an authority to verify with.
    expect([400, 401]).toContain((await world.send("/ours", { identity: world.pki.gateway })).status);
  });

  it("also on a resumed TLS session", async () => {
    const first = await world.send("/ours", { identity: world.pki.client1 });
    const session = first.sessions.at(-1);
    const again = await world.send("/ours", { identity: world.pki.client1, session });
    expect([again.resumed, again.status]).toEqual([true, 200]);
    expect(received(again, "X-CN")).toEqual(["client1"]);
  });
});

describe("what the upstream is told", () => {
  it("is right", async () => {
    const { client1 } = world.pki;
    const certificate = await parsed(client1);
    const answer = await world.send("/headers", { identity: client1 });
    expect(decodeURIComponent(received(answer, "X-Cert")[0] ?? "")).toBe(await pemOf(client1));
    expect(received(answer, "X-Fingerprint")).toEqual([createHash("sha1").update(certificate.raw).digest("hex")]);
    expect(received(answer, "X-Thumbprint")).toEqual([await thumbprintOf(client1)]);
    expect(received(answer, "X-Serial")).toEqual([certificate.serialNumber]);
    expect(received(answer, "X-Issuer")).toEqual(["CN=Demo CA,O=Callista Enterprise AB"]);
    expect(received(answer, "X-Subject")).toEqual(["CN=client1,O=Callista Enterprise AB"]);
    expect(received(answer, "X-CN")).toEqual(["client1"]);
    expect(received(answer, "X-Org")).toEqual(["Callista Enterprise AB"]);
  });

  it("names with characters that need an escape are read, not cut (RFC 4514)", async () => {
    const answer = await world.send("/headers", { identity: world.pki.oddName });
    expect(received(answer, "X-Org")).toEqual([`A, "B" + C; D\\E`]);
    expect(received(answer, "X-CN")).toEqual(["odd"]);
  });

  it("a part that the certificate lacks has no header, whatever the client sent", async () => {
    const headers: Header[] = [
      ["X-Org", "lie"],
      ["x_org", "lie"],
    ];
    const answer = await world.send("/headers", { identity: world.pki.fullLines, headers });
    expect(receivedInAnySpelling(answer, "X-Org")).toEqual([]);
  });

  it("is the gateway's alone, in any spelling", async () => {
    const names = Object.values(HEADERS);
    const headers = names.flatMap((name): Header[] => [
      [name, "lie"],
      [name.toUpperCase(), "lie"],
      [name.replaceAll("-", "_"), "lie"],
    ]);
    const answer = await world.send("/headers", { identity: world.pki.client1, headers });
    expect(echoOf(answer).headers.filter(([, value]) => value === "lie")).toEqual([]);
    for (const name of names) expect(receivedInAnySpelling(answer, name)).toHaveLength(1);
  });

  it("belongs to the connection's certificate, connection by connection", async () => {
    const connections = [keepConnections(), keepConnections()];
    const { client1, client2 } = world.pki;
    try {
      for (let i = 0; i < 3; i += 1) {
        for (const [index, identity] of [client1, client2].entries()) {
          const answer = await world.send("/headers", { identity, connections: connections[index] });
          expect(received(answer, "X-CN")).toEqual([index === 0 ? "client1" : "client2"]);
        }
      }
    } finally {
      for (const each of connections) each.close();
    }
  });
});
