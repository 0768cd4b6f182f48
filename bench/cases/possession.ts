/** Tokens bound to a key: DPoP proofs, and certificates over mutual TLS. */
import { requestFor } from "../client.ts";
import { PROOFS } from "../gateway.ts";
import { makeProofKey, makeSignature } from "../proofs.ts";
import { makeToken } from "../tokens.ts";
import { bearer, floorPlugin, introspectionWith, makeCase } from "./builder.ts";
import type { Case, Surroundings } from "./case.ts";

export function dpopCases(surroundings: Surroundings): Case[] {
  const key = makeProofKey();
  const token = makeToken("dpop", 1, key.thumbprint);
  /** Requests with a proof that is new in each. */
  const proved = (name: string): Pick<Case, "name" | "share" | "first" | "requests"> => {
    const proof = (): Buffer =>
      requestFor(`/${name}/`, {
        Authorization: `DPoP ${token}`,
        DPoP: key.prove(`http://localhost:${surroundings.httpPort()}/${name}/`, token),
        Host: `localhost:${surroundings.httpPort()}`,
      });
    return { name, share: 0.5, first: () => [proof()], requests: (count) => Array.from({ length: count }, proof) };
  };
  const signature = makeSignature();
  return [
    makeCase({
      ...proved("dpop-floor"),
      title: "floor with one ES256 signature check, a DPoP proof with each request",
      floor: undefined,
      plugins: [floorPlugin(0, {}, { signature, clear: ["Authorization", "DPoP"] })],
    }),
    makeCase({
      ...proved("dpop-floor-proof"),
      title: "floor that decodes the proof, checks its signature and remembers it",
      floor: undefined,
      plugins: [
        floorPlugin(
          0,
          {},
          { proof: { public_key: key.publicKey, dictionary: PROOFS }, clear: ["Authorization", "DPoP"] },
        ),
      ],
    }),
    makeCase({
      ...proved("dpop"),
      title: "token-introspection, DPoP proof with each request",
      floor: "dpop-floor",
      plugins: [introspectionWith(surroundings)()],
    }),
    makeCase({
      ...proved("dpop-own"),
      title: "the same, used proofs in a dictionary of their own",
      floor: "dpop-floor",
      plugins: [introspectionWith(surroundings)({ dpop_dictionary: PROOFS })],
    }),
    makeCase({
      name: "signature",
      title: "one ES256 signature check and nothing else",
      floor: undefined,
      share: 0.5,
      plugins: [{ name: "bench-signature", config: signature }],
    }),
  ];
}

const PART_SETTINGS = {
  upstream_cert_fingerprint_header: "X-Client-Fingerprint",
  upstream_cert_cn_header: "X-Client-CN",
  upstream_cert_org_header: "X-Client-Organisation",
};
const PART_HEADERS = {
  "X-Client-Fingerprint": "a5f1".repeat(10),
  "X-Client-CN": "client1",
  "X-Client-Organisation": "Callista Enterprise AB",
};

/** Kept-alive connections that bear one certificate. */
export function mtlsCases(surroundings: Surroundings): Case[] {
  const introspection = introspectionWith(surroundings);
  const headers = bearer(makeToken("bound", 1, surroundings.thumbprint));
  const mtls = { transport: "mtls" } as const;
  return [
    makeCase(
      { ...mtls, name: "mtls-bare", title: "mutual TLS, route without a plugin", bare: undefined, floor: undefined },
      headers,
    ),
    makeCase(
      { ...mtls, name: "mtls-floor", title: "mutual TLS, floor", floor: undefined, plugins: [floorPlugin()] },
      headers,
    ),
    makeCase(
      {
        ...mtls,
        name: "mtls-floor-two",
        title: "mutual TLS, floor and a second plugin that does nothing",
        floor: undefined,
        plugins: [{ name: "bench-nothing" }, floorPlugin()],
      },
      headers,
    ),
    makeCase(
      {
        ...mtls,
        name: "mtls-token",
        title: "mutual TLS, mtls-auth and a certificate-bound token, cache hit",
        plugins: [{ name: "mtls-auth" }, introspection()],
      },
      headers,
    ),
    makeCase(
      {
        ...mtls,
        name: "mtls-floor-parts",
        title: "mutual TLS, floor with three more headers",
        floor: undefined,
        plugins: [floorPlugin(0, PART_HEADERS)],
      },
      headers,
    ),
    makeCase(
      {
        ...mtls,
        name: "mtls-token-parts",
        title: "the same, mtls-auth setting three headers",
        floor: "mtls-floor-parts",
        plugins: [{ name: "mtls-auth", config: PART_SETTINGS }, introspection()],
      },
      headers,
    ),
  ];
}

/** The route that brings tokens into the cache without a handshake. */
export const PRIMER = "fresh-prime";

/** Each request on a new connection with a certificate of its own. */
export function freshCases(surroundings: Surroundings): Case[] {
  const requestsTo = (name: string) => (_count: number, thumbprints: readonly string[]) =>
    thumbprints.map((thumbprint, index) =>
      requestFor(`/${name}/`, bearer(makeToken("bound", `fresh-${index}`, thumbprint))),
    );
  const fresh = { transport: "fresh", share: 0.05, floor: undefined, first: () => [] } as const;
  return [
    makeCase({
      ...fresh,
      name: "fresh-bare",
      title: "new connection and certificate each time, no plugin",
      bare: undefined,
      requests: requestsTo("fresh-bare"),
    }),
    makeCase({
      ...fresh,
      name: "fresh-token",
      title: "new connection and certificate each time, mtls-auth and a bound token in the cache",
      bare: "fresh-bare",
      plugins: [{ name: "mtls-auth" }, introspectionWith(surroundings)()],
      requests: requestsTo("fresh-token"),
      prime: (thumbprints) => [...requestsTo(PRIMER)(0, thumbprints), ...requestsTo(PRIMER)(0, thumbprints)],
    }),
  ];
}
