/** What is measured: routes with their plugins, and the requests that are sent to them. */
import { generateKeyPairSync, sign } from "node:crypto";
import { requestFor } from "./client.ts";
import { makeProofKey, makeSignature } from "./proofs.ts";
import { headersFor, makeToken, wideClaim } from "./tokens.ts";

/** What the cases need to know of the run. */
export interface Surroundings {
  readonly kind: "dev" | "kong";
  readonly upstreamPort: number;
  readonly authorizationServerPort: number;
  /** Thumbprint of the certificate that the kept-alive mutual TLS connections bear. */
  readonly thumbprint: string;
  readonly tokens: number;
  /** Port without TLS: a proof of possession names the whole URL. */
  readonly httpPort: () => number;
}

interface PluginEntry {
  readonly name: string;
  readonly config?: Readonly<Record<string, unknown>>;
}

/** How requests reach the gateway: `fresh` opens a connection with a certificate of its own for each request. */
export type Transport = "plain" | "mtls" | "fresh";

export interface Case {
  readonly name: string;
  /** A line for people. */
  readonly title: string;
  readonly transport: Transport;
  /** The case without any plugin that it is compared with; undefined: it is one. */
  readonly bare: string | undefined;
  /** The case that sets the same headers and does nothing else; undefined: there is none. */
  readonly floor: string | undefined;
  readonly plugins: readonly PluginEntry[];
  readonly status: number;
  /** Part of the usual number of requests in a round, for what is slow by nature. */
  readonly share: number;
  /** Requests to send once before the first round. */
  readonly first: () => Buffer[];
  /** The requests of a slice. For `fresh` the thumbprint of the certificate of each is given. */
  readonly requests: (count: number, thumbprints: readonly string[]) => Buffer[];
  /** For `fresh`: requests that bring the tokens into the cache, without TLS and by a route that asks the same question; their answers do not matter. */
  readonly prime?: (thumbprints: readonly string[]) => Buffer[];
}

type Given = Pick<Case, "name" | "title"> & Partial<Case>;

const bearer = (token: string): Record<string, string> => ({ Authorization: `Bearer ${token}` });
const repeat = (request: Buffer, count: number): Buffer[] => Array.from({ length: count }, () => request);

const MANY_HEADERS = 100;
const manyHeaders = (): Record<string, string> =>
  Object.fromEntries(Array.from({ length: MANY_HEADERS }, (_, index) => [`X-Application-${index}`, `value ${index}`]));

/** A route of Kong's own plugin jwt, with RS256. */
function ownJwt(): { consumer: unknown; token: string } {
  const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");
  const claims = {
    iss: "bench",
    exp: Math.floor(Date.now() / 1000) + 24 * 3600,
    sub: "4be3c0de-66c2-4d3c-9b4e-0d5f5d6c1f10",
    filler: "Zq7xK3vB9mT1".repeat(28),
  };
  const signed = `${encode({ alg: "RS256", typ: "JWT" })}.${encode(claims)}`;
  const rsa_public_key = publicKey.export({ type: "spki", format: "pem" }).toString();
  return {
    consumer: {
      username: "bench",
      jwt_secrets: [{ key: "bench", algorithm: "RS256", rsa_public_key, secret: "unused" }],
    },
    token: `${signed}.${sign("sha256", Buffer.from(signed), privateKey).toString("base64url")}`,
  };
}

export interface CaseList {
  readonly cases: readonly Case[];
  /** kong.yml. */
  readonly configuration: Record<string, unknown>;
}

/** The routes of the cases, and one for the gauge. */
function configurationOf(
  cases: readonly Pick<Case, "name" | "plugins">[],
  surroundings: Surroundings,
  consumers: readonly unknown[],
): Record<string, unknown> {
  const routes = cases.map(({ name, plugins }) => ({ name, paths: [`/${name}/`], plugins }));
  const gauge = { name: "gauge", paths: ["/gauge/"], plugins: [{ name: "bench-gauge" }] };
  return {
    _format_version: "3.0",
    services: [{ name: "upstream", url: `http://127.0.0.1:${surroundings.upstreamPort}`, routes: [...routes, gauge] }],
    ...(consumers.length === 0 ? {} : { consumers }),
  };
}

/** All cases. */
export function makeCases(surroundings: Surroundings): CaseList {
  const introspection = (config: Record<string, unknown> = {}): PluginEntry => ({
    name: "token-introspection",
    config: {
      introspection_endpoint: `http://127.0.0.1:${surroundings.authorizationServerPort}/introspect`,
      client_id: "bench",
      client_secret: "bench",
      ttl: 24 * 3600,
      ...config,
    },
  });
  const floor = (forwarded = 0, more: Record<string, string> = {}): PluginEntry => ({
    name: "bench-floor",
    config: { headers: { ...headersFor(forwarded === 0 ? "live" : "wide", forwarded), ...more } },
  });
  const claims = (count: number): string[] => Array.from({ length: count }, (_, index) => wideClaim(index));
  const live = makeToken("live", 1);
  const wide = makeToken("wide", 1);
  const bound = makeToken("bound", 1, surroundings.thumbprint);
  const cases: Case[] = [];
  const add = (given: Given, headers: Readonly<Record<string, string>> = bearer(live)): void => {
    const request = requestFor(`/${given.name}/`, headers);
    cases.push({
      transport: "plain",
      bare: given.transport === "mtls" ? "mtls-bare" : "bare",
      floor: given.transport === "mtls" ? "mtls-floor" : "floor",
      plugins: [],
      status: 200,
      share: 1,
      first: () => [request],
      requests: (count) => repeat(request, count),
      ...given,
    });
  };

  add({ name: "bare", title: "route without a plugin", bare: undefined, floor: undefined });
  add({
    name: "floor",
    title: "floor: a plugin that sets nine headers and clears one",
    floor: undefined,
    plugins: [floor()],
  });
  add({ name: "token", title: "token-introspection, bearer token, cache hit", plugins: [introspection()] });
  add(
    { name: "token-wide", title: "the same, an answer with 50 more claims", plugins: [introspection()] },
    bearer(wide),
  );
  add({
    name: "token-rules",
    title: "the same, scopes, issuer, audience, client and claims demanded",
    plugins: [
      introspection({
        scope: ["system-access"],
        issuers_allowed: ["https://login.example.org/realms/demo"],
        audience: ["orders"],
        client_ids_allowed: ["demo-client"],
        claims_required: { sub: [] },
      }),
    ],
  });

  for (const count of [10, 50]) {
    add(
      { name: `floor-${count}`, title: `floor with ${count} more headers`, floor: undefined, plugins: [floor(count)] },
      bearer(wide),
    );
    add(
      {
        name: `forward-${count}`,
        title: `token-introspection, ${count} more claims forwarded`,
        floor: `floor-${count}`,
        plugins: [introspection({ custom_claims_forward: claims(count) })],
      },
      bearer(wide),
    );
  }

  const headers = { ...bearer(live), ...manyHeaders() };
  add(
    {
      name: "headers-bare",
      title: `route without a plugin, ${MANY_HEADERS} request headers`,
      bare: undefined,
      floor: undefined,
    },
    headers,
  );
  add(
    {
      name: "headers-floor",
      title: `floor, ${MANY_HEADERS} request headers`,
      bare: "headers-bare",
      floor: undefined,
      plugins: [floor()],
    },
    headers,
  );
  add(
    {
      name: "headers-token",
      title: `token-introspection, ${MANY_HEADERS} request headers`,
      bare: "headers-bare",
      floor: "headers-floor",
      plugins: [introspection()],
    },
    headers,
  );

  let turn = 0;
  const nth = (index: number): Buffer => requestFor("/tokens/", bearer(makeToken("live", `many-${index}`)));
  add({
    name: "tokens",
    title: `token-introspection, ${surroundings.tokens.toLocaleString("en")} tokens in turn`,
    plugins: [introspection({ ttl: 12 * 3600 })],
    // Twice: the worker's own cache takes a token at its second use.
    first: () => Array.from({ length: 2 * surroundings.tokens }, (_, index) => nth(index % surroundings.tokens)),
    // A prime number of steps apart, so that neighbours in time are strangers.
    requests: (count) => Array.from({ length: count }, () => nth((turn = (turn + 7919) % surroundings.tokens))),
  });

  let cold = 0;
  add({
    name: "cold",
    title: "token-introspection, a token seen for the first time",
    plugins: [introspection({ ttl: 60 })],
    share: 0.25,
    first: () => [],
    requests: (count) =>
      Array.from({ length: count }, () =>
        requestFor("/cold/", bearer(makeToken("live", `cold-${process.pid}-${(cold += 1)}`))),
      ),
  });
  add({
    name: "ask",
    title: "the authorization server asked each time (ttl 0)",
    plugins: [introspection({ ttl: 0 })],
    share: 0.25,
  });
  add(
    {
      name: "negative",
      title: "an inactive token, cached (401)",
      floor: undefined,
      plugins: [introspection({ negative_ttl: 24 * 3600 })],
      status: 401,
    },
    bearer(makeToken("dead", 1)),
  );

  const proofKey = makeProofKey();
  const proven = makeToken("dpop", 1, proofKey.thumbprint);
  const proof = (): Buffer =>
    requestFor("/dpop/", {
      Authorization: `DPoP ${proven}`,
      DPoP: proofKey.prove(`http://localhost:${surroundings.httpPort()}/dpop/`, proven),
      Host: `localhost:${surroundings.httpPort()}`,
    });
  add({
    name: "dpop",
    title: "token-introspection, DPoP proof with each request",
    plugins: [introspection()],
    share: 0.5,
    first: () => [proof()],
    requests: (count) => Array.from({ length: count }, proof),
  });
  add({
    name: "signature",
    title: "one ES256 signature check and nothing else",
    floor: undefined,
    share: 0.5,
    plugins: [{ name: "bench-signature", config: makeSignature() }],
  });

  const consumers: unknown[] = [];
  if (surroundings.kind === "kong") {
    const { consumer, token } = ownJwt();
    consumers.push(consumer);
    add(
      {
        name: "jwt",
        title: "Kong's own jwt plugin (RS256)",
        floor: undefined,
        plugins: [{ name: "jwt", config: { claims_to_verify: ["exp"] } }],
      },
      bearer(token),
    );
  }

  const mtls = { transport: "mtls" } as const;
  add(
    { ...mtls, name: "mtls-bare", title: "mutual TLS, route without a plugin", bare: undefined, floor: undefined },
    bearer(bound),
  );
  add({ ...mtls, name: "mtls-floor", title: "mutual TLS, floor", floor: undefined, plugins: [floor()] }, bearer(bound));
  add(
    {
      ...mtls,
      name: "mtls-token",
      title: "mutual TLS, mtls-auth and a certificate-bound token, cache hit",
      plugins: [{ name: "mtls-auth" }, introspection()],
    },
    bearer(bound),
  );
  const parts = {
    upstream_cert_fingerprint_header: "X-Client-Fingerprint",
    upstream_cert_cn_header: "X-Client-CN",
    upstream_cert_org_header: "X-Client-Organisation",
  };
  const partHeaders = {
    "X-Client-Fingerprint": "a5f1".repeat(10),
    "X-Client-CN": "client1",
    "X-Client-Organisation": "Callista Enterprise AB",
  };
  add(
    {
      ...mtls,
      name: "mtls-floor-parts",
      title: "mutual TLS, floor with three more headers",
      floor: undefined,
      plugins: [floor(0, partHeaders)],
    },
    bearer(bound),
  );
  add(
    {
      ...mtls,
      name: "mtls-token-parts",
      title: "the same, mtls-auth setting three headers",
      floor: "mtls-floor-parts",
      plugins: [{ name: "mtls-auth", config: parts }, introspection()],
    },
    bearer(bound),
  );

  const fresh = { transport: "fresh", share: 0.05, floor: undefined, first: () => [] } as const;
  const freshRequests = (path: string) => (_count: number, thumbprints: readonly string[]) =>
    thumbprints.map((thumbprint, index) => requestFor(path, bearer(makeToken("bound", `fresh-${index}`, thumbprint))));
  add({
    ...fresh,
    name: "fresh-bare",
    title: "new connection and certificate each time, no plugin",
    bare: undefined,
    requests: freshRequests("/fresh-bare/"),
  });
  add({
    ...fresh,
    name: "fresh-token",
    title: "new connection and certificate each time, mtls-auth and a bound token in the cache",
    bare: "fresh-bare",
    plugins: [{ name: "mtls-auth" }, introspection()],
    requests: freshRequests("/fresh-token/"),
    prime: (thumbprints) => [
      ...freshRequests("/fresh-prime/")(0, thumbprints),
      ...freshRequests("/fresh-prime/")(0, thumbprints),
    ],
  });
  const prime = { name: "fresh-prime", plugins: [introspection()] };
  return { cases, configuration: configurationOf([...cases, prime], surroundings, consumers) };
}

interface PeerRoute {
  readonly name?: string;
  readonly tags?: readonly string[];
}

/** The cases of a peer's own kong.yml: each of its routes, between a bare route and a floor. */
export function makePeerCases(
  peer: string,
  text: string,
  parse: (text: string) => unknown,
  surroundings: Surroundings,
): CaseList {
  const replaced = text
    .replaceAll("{{upstream}}", `http://127.0.0.1:${surroundings.upstreamPort}`)
    .replaceAll("{{introspection_endpoint}}", `http://127.0.0.1:${surroundings.authorizationServerPort}/introspect`);
  const own = parse(replaced) as { services?: { routes?: PeerRoute[] }[] } & Record<string, unknown>;
  const all = makeCases(surroundings);
  const cases = all.cases.filter(({ name }) => /^(mtls-)?(bare|floor)$/.test(name));
  const configuration = configurationOf(cases, surroundings, []) as { services: unknown[] };
  const peers = (own.services ?? [])
    .flatMap(({ routes = [] }) => routes)
    .map((route): Case => {
      const name = route.name ?? peer;
      const mtls = route.tags?.includes("mtls") === true;
      const token = mtls ? makeToken("bound", 1, surroundings.thumbprint) : makeToken("live", 1);
      const request = requestFor(`/${name}/`, bearer(token));
      return {
        name,
        title: `route ${name}`,
        transport: mtls ? "mtls" : "plain",
        bare: mtls ? "mtls-bare" : "bare",
        floor: mtls ? "mtls-floor" : "floor",
        plugins: [],
        status: 200,
        share: 1,
        first: () => [request],
        requests: (count) => repeat(request, count),
      };
    });
  return {
    cases: [...cases, ...peers],
    configuration: { ...own, ...configuration, services: [...configuration.services, ...(own.services ?? [])] },
  };
}
