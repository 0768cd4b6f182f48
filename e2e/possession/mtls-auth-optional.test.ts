/** mtls-auth where nginx asks and verifies (nginx_proxy_ssl_verify_client = optional). */
import { beforeAll, describe, expect, it } from "vitest";
import type { Identity } from "../../demo/pki.ts";
import { received } from "../support/client.ts";
import { pemOf } from "../support/pki.ts";
import { useWorld } from "../support/world.ts";
import { certificates, type Certificates } from "./support/certificates.ts";
import { expectMtlsRefusal } from "./support/mtls-refusal.ts";

const world = useWorld({ settings: { nginx_proxy_ssl_verify_client: "optional", nginx_proxy_ssl_verify_depth: "2" } });
let more: Certificates;

beforeAll(async () => {
  more = await certificates();
  const intermediate = await pemOf(more.intermediate);
  await world.configure({
    "/nginx": [world.mtls({ upstream_cert_cn_header: "X-CN" })],
    "/narrower": [world.mtls({ ca_certificates: [intermediate] })],
    "/foreign": [world.mtls({ ca_certificates: [await pemOf(world.pki.foreignCa)] })],
    "/open": [],
  });
});

describe("what nginx verified passes", () => {
  it.each<[string, () => Identity, string]>([
    ["a client of our authority", () => world.pki.client1, "client1"],
    ["below an intermediate, sent along", () => more.withIntermediate, "below"],
  ])("%s", async (_name, identity, commonName) => {
    expect(received(await world.send("/nginx", { identity: identity() }), "X-CN")).toEqual([commonName]);
  });

  it("no certificate: mtls-auth's refusal, and other routes are open", async () => {
    expectMtlsRefusal(await world.send("/nginx", { tls: true }));
    expect((await world.send("/open", { tls: true })).status).toBe(200);
  });
});

describe("what nginx does not take gets nginx's own 400, on every route", () => {
  it.each<[string, () => Identity]>([
    ["a foreign authority's", () => world.pki.foreignClient],
    ["self-signed", () => world.pki.selfSigned],
    ["without its intermediate", () => more.belowIntermediate],
    ["expired", () => more.expired],
    ["for servers only", () => more.forServers],
    ["below a client", () => more.belowClient],
  ])("%s", async (_name, identity) => {
    for (const path of ["/nginx", "/foreign", "/open"]) {
      const answer = await world.send(path, { identity: identity() });
      expect([path, answer.status]).toEqual([path, 400]);
      expect(answer.body).not.toContain("mTLS client");
    }
  });
});

describe("ca_certificates on a route narrow what nginx verified", () => {
  it("only the route's own authority counts", async () => {
    expect((await world.send("/narrower", { identity: more.withIntermediate })).status).toBe(200);
    expectMtlsRefusal(await world.send("/narrower", { identity: world.pki.client1 }));
    expectMtlsRefusal(await world.send("/foreign", { identity: world.pki.client1 }));
  });
});
