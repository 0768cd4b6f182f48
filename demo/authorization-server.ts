/**
 * The demo's authorization server: oidc-provider over HTTPS with mutual TLS, opaque access tokens, introspection
 * (RFC 7662, RFC 9701), revocation (RFC 7009) and DPoP (RFC 9449). Its endpoints have the paths of a Keycloak realm, so
 * that one configuration of the plugins fits both.
 *
 * As a command: `npx tsx demo/authorization-server.ts PKI-DIRECTORY [PORT]`. As a module: `startAuthorizationServer`.
 */
import { generateKeyPair, type JsonWebKey } from "node:crypto";
import { readFile } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:https";
import type { TLSSocket } from "node:tls";
import { promisify } from "node:util";
import type { Configuration, KoaContextWithOIDC } from "oidc-provider";
import { demoClients, type DemoClient } from "./clients.ts";
import { isMainModule, reportAndExit } from "./errors.ts";
import { close, listen } from "./listen.ts";
import { createMemoryAdapter } from "./memory-adapter.ts";
import { makePki, type Pki } from "./pki.ts";

/** Audience of every token (RFC 8707). */
export const AUDIENCE = "urn:api:kong";

/** Scopes that a client may ask for; a token holds those that were asked for, and no other. */
export const SCOPES = ["system-access", "system-read", "system-write"] as const;

const TOKEN_LIFETIME_SECONDS = 300;

export interface AuthorizationServerOptions {
  /** Port on 127.0.0.1; 0, the default, takes a free one. */
  readonly port?: number;
  readonly pki: Pki;
  /** Path of the issuer, below which all endpoints lie; `/realms/demo` when left out, `""` for none. */
  readonly path?: string;
  /** Clients beside those of `demoClients`. */
  readonly clients?: readonly DemoClient[];
}

/** Absolute URLs of an authorization server. */
export interface AuthorizationServerEndpoints {
  readonly issuer: string;
  readonly tokenEndpoint: string;
  readonly introspectionEndpoint: string;
  readonly revocationEndpoint: string;
  readonly jwksUri: string;
}

export interface AuthorizationServer extends AuthorizationServerEndpoints {
  readonly port: number;
  /** How many introspection requests have come in so far. */
  introspectionCount(): number;
  stop(): Promise<void>;
}

const ENDPOINTS = {
  token: "/protocol/openid-connect/token",
  introspection: "/protocol/openid-connect/token/introspect",
  revocation: "/protocol/openid-connect/revoke",
  jwks: "/protocol/openid-connect/certs",
} as const;

/** The endpoints below an issuer: those of the demo's server and of a Keycloak realm alike. */
export function endpointsOf(issuer: string): AuthorizationServerEndpoints {
  return {
    issuer,
    tokenEndpoint: issuer + ENDPOINTS.token,
    introspectionEndpoint: issuer + ENDPOINTS.introspection,
    revocationEndpoint: issuer + ENDPOINTS.revocation,
    jwksUri: issuer + ENDPOINTS.jwks,
  };
}

async function signingKeys(): Promise<JsonWebKey[]> {
  const generate = promisify(generateKeyPair);
  const [rsa, ec] = await Promise.all([
    generate("rsa", { modulusLength: 2048 }),
    generate("ec", { namedCurve: "P-256" }),
  ]);
  return [rsa, ec].map(({ privateKey }) => privateKey.export({ format: "jwk" }));
}

/** oidc-provider says at import that it wants a newer Node than Debian's; what the demo uses works on Node 20. */
async function importProvider(): Promise<typeof import("oidc-provider")> {
  const { warn } = console;
  console.warn = (...words: unknown[]) => {
    if (!String(words[0]).includes("Unsupported runtime")) warn(...words);
  };
  try {
    return await import("oidc-provider");
  } finally {
    console.warn = warn;
  }
}

function socketOf(ctx: KoaContextWithOIDC): TLSSocket {
  return ctx.req.socket as TLSSocket;
}

/**
 * Compares a certificate's subject with the attributes of a registered name, such as `CN=client1,O=Demo`. RFC 8705 §2.1.2
 * has the whole name registered; here a client may be registered with fewer attributes, so that every system of one
 * organisation can be the same client, as the scenario has it.
 */
function subjectMatches(ctx: KoaContextWithOIDC, property: string, expected: string): boolean {
  if (property !== "tls_client_auth_subject_dn") return false;
  const subject = socketOf(ctx).getPeerCertificate().subject as unknown as Record<
    string,
    string | string[] | undefined
  >;
  return expected.split(",").every((part) => {
    const equals = part.indexOf("=");
    return subject[part.slice(0, equals)] === part.slice(equals + 1);
  });
}

function configuration(clients: readonly DemoClient[], keys: JsonWebKey[]): Configuration {
  const byId = new Map(clients.map((client) => [client.metadata.client_id, client]));
  const lifetimeOf = (id: string | undefined): number => byId.get(id ?? "")?.tokenLifetime ?? TOKEN_LIFETIME_SECONDS;
  const scope = SCOPES.join(" ");
  return {
    adapter: createMemoryAdapter(),
    jwks: { keys } as Configuration["jwks"],
    clients: clients.map(({ metadata }) => ({
      grant_types: ["client_credentials"],
      redirect_uris: [],
      response_types: [],
      scope,
      ...metadata,
    })),
    scopes: [...SCOPES],
    clientAuthMethods: [
      "client_secret_basic",
      "client_secret_post",
      "client_secret_jwt",
      "private_key_jwt",
      "tls_client_auth",
      "self_signed_tls_client_auth",
      "none",
    ],
    clientBasedCORS: () => false,
    ttl: { ClientCredentials: (_ctx, token) => lifetimeOf(token.clientId) },
    extraTokenClaims: (_ctx, token) => {
      const id = token.clientId ?? "";
      return { sub: `service-account-${id}`, username: `service-account-${id}`, ...byId.get(id)?.claims };
    },
    routes: { ...ENDPOINTS },
    features: {
      devInteractions: { enabled: false },
      userinfo: { enabled: false },
      rpInitiatedLogout: { enabled: false },
      clientCredentials: { enabled: true },
      introspection: { enabled: true, allowedPolicy: (_ctx, client) => client.clientAuthMethod !== "none" },
      jwtIntrospection: { enabled: true },
      revocation: { enabled: true, allowedPolicy: (_ctx, client, token) => client.clientId === token.clientId },
      dPoP: { enabled: true },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => AUDIENCE,
        getResourceServerInfo: () => ({ scope, audience: AUDIENCE, accessTokenFormat: "opaque" }),
      },
      mTLS: {
        enabled: true,
        tlsClientAuth: true,
        selfSignedTlsClientAuth: true,
        certificateBoundAccessTokens: true,
        getCertificate: (ctx) => socketOf(ctx).getPeerX509Certificate()?.toString(),
        certificateAuthorized: (ctx) => socketOf(ctx).authorized,
        certificateSubjectMatches: subjectMatches,
      },
    },
  };
}

/**
 * Starts the authorization server on the loopback address; it is ready when the promise is kept.
 *
 * @throws UserError when the port is in use.
 */
export async function startAuthorizationServer(options: AuthorizationServerOptions): Promise<AuthorizationServer> {
  const { pki, path = "/realms/demo" } = options;
  const [clients, keys, { Provider }, cert, key, ca] = await Promise.all([
    demoClients(pki),
    signingKeys(),
    importProvider(),
    readFile(pki.authorizationServer.certificate),
    readFile(pki.authorizationServer.key),
    readFile(pki.ca.certificate),
  ]);

  let introspections = 0;
  // A client without a certificate, or with one of nobody we know, is let in: what it may do is the provider's decision.
  const server = createServer({ cert, key, ca, requestCert: true, rejectUnauthorized: false });
  const port = await listen(server, options.port ?? 0, "the authorization server");
  const issuer = `https://localhost:${port}${path}`;
  const provider = new Provider(issuer, configuration([...clients, ...(options.clients ?? [])], keys));
  const reportError = (error: Error, ctx: KoaContextWithOIDC): void => {
    // A client that went away in the middle of its request is no fault of the server.
    if (ctx.req.complete) console.error(`Authorization server: ${error.stack ?? error.message}`);
  };
  // The declarations know the provider's own events, and not this one of Koa's.
  (provider as NodeJS.EventEmitter).on("error", reportError);
  const handle = provider.callback();

  server.on("request", (request: IncomingMessage & { originalUrl?: string }, response: ServerResponse) => {
    const url = request.url ?? "";
    // RFC 8414 §3.1 puts the well-known part in front of the issuer's path, OpenID behind it.
    if (url === `/.well-known/oauth-authorization-server${path}`) {
      request.url = `${path}/.well-known/openid-configuration`;
    } else if (!url.startsWith(`${path}/`)) {
      response.writeHead(404).end();
      return;
    }
    if (url.startsWith(path + ENDPOINTS.introspection)) introspections += 1;
    // oidc-provider learns from originalUrl that it is mounted below a path.
    request.originalUrl = request.url;
    request.url = (request.url ?? "").slice(path.length);
    void handle(request, response);
  });

  return { ...endpointsOf(issuer), port, introspectionCount: () => introspections, stop: () => close(server) };
}

if (isMainModule(import.meta.url)) {
  const [directory, port] = process.argv.slice(2);
  if (directory === undefined) {
    console.error("Usage: npx tsx demo/authorization-server.ts PKI-DIRECTORY [PORT]");
    process.exit(2);
  }
  makePki(directory)
    .then((pki) => startAuthorizationServer({ pki, port: Number(port ?? 0) }))
    .then((server) => console.log(server.issuer), reportAndExit);
}
