/** The clients that the demo's authorization server knows. The Keycloak realm holds the same ones under the same names. */
import { createPublicKey, X509Certificate, type JsonWebKey } from "node:crypto";
import { readFile } from "node:fs/promises";
import type { ClientAuthMethod, ClientMetadata } from "oidc-provider";
import type { Pki } from "./pki.ts";

/** A client and what the server is to do for it. */
export interface DemoClient {
  /** Client metadata as in RFC 7591, without what all demo clients share. */
  readonly metadata: ClientMetadata;
  /** Lifetime of its access tokens in seconds; 300 when left out. */
  readonly tokenLifetime?: number;
  /** Claims of its tokens beside those that every token has. */
  readonly claims?: Readonly<Record<string, unknown>>;
}

/** A secret, and a client's name, that only arrive whole when they are form-encoded (RFC 6749 §2.3.1). */
export const ODD_CLIENT_ID = "odd:client+id";
/** RFC 6749 allows printable ASCII and oidc-provider insists on it; Keycloak's client has an `ö` at the end besides. */
export const ODD_CLIENT_SECRET = "s:e+c r%&t/";

/** Seconds that a token of `short-lived-client` lives. */
export const SHORT_LIFETIME = 3;

async function publicJwk(privateKeyFile: string): Promise<JsonWebKey> {
  return createPublicKey(await readFile(privateKeyFile)).export({ format: "jwk" });
}

/** A certificate as a JWK with `x5c`, as self_signed_tls_client_auth wants it (RFC 8705 §2.2). */
async function certificateJwk(certificateFile: string): Promise<JsonWebKey & { x5c: string[] }> {
  const certificate = new X509Certificate(await readFile(certificateFile));
  return { ...certificate.publicKey.export({ format: "jwk" }), x5c: [certificate.raw.toString("base64")] };
}

function withSecret(id: string, secret: string, more: Partial<ClientMetadata> = {}): ClientMetadata {
  return { client_id: id, client_secret: secret, token_endpoint_auth_method: "client_secret_basic", ...more };
}

function withKey(
  id: string,
  method: ClientAuthMethod,
  jwk: JsonWebKey,
  more: Partial<ClientMetadata> = {},
): ClientMetadata {
  return { client_id: id, token_endpoint_auth_method: method, jwks: { keys: [jwk] }, ...more } as ClientMetadata;
}

const BOUND = { tls_client_certificate_bound_access_tokens: true };

/**
 * All clients. Those with a secret have the secret `secret`, save the odd one; client_secret_basic and
 * client_secret_post work for each of them.
 */
export async function demoClients(pki: Pki): Promise<DemoClient[]> {
  const [rsa, ec, selfSigned] = await Promise.all([
    publicJwk(pki.assertionRsaKey),
    publicJwk(pki.assertionEcKey),
    certificateJwk(pki.selfSigned.certificate),
  ]);
  return [
    // They get tokens.
    {
      metadata: {
        client_id: "system-client-mtls",
        token_endpoint_auth_method: "tls_client_auth",
        tls_client_auth_subject_dn: "O=Callista Enterprise AB",
        ...BOUND,
      },
      claims: { realm_access: { roles: ["reader", "writer"] }, organisation: "Callista Enterprise AB" },
    },
    { metadata: withKey("self-signed-client", "self_signed_tls_client_auth", selfSigned, BOUND) },
    { metadata: withSecret("secret-client-mtls", "secret", BOUND) },
    { metadata: withSecret("plain-client", "secret") },
    { metadata: withSecret("dpop-client", "secret", { dpop_bound_access_tokens: true }) },
    { metadata: withSecret("short-lived-client", "secret"), tokenLifetime: SHORT_LIFETIME },
    // They ask for introspection.
    { metadata: withSecret("introspection-client", "secret") },
    { metadata: withSecret(ODD_CLIENT_ID, ODD_CLIENT_SECRET) },
    {
      metadata: withSecret("introspection-secret-jwt", "secret-of-at-least-32-bytes-for-HS256", {
        token_endpoint_auth_method: "client_secret_jwt",
      }),
    },
    { metadata: withKey("introspection-private-key-jwt", "private_key_jwt", rsa) },
    { metadata: withKey("introspection-private-key-jwt-ec", "private_key_jwt", ec) },
    {
      metadata: {
        client_id: "introspection-tls-client-auth",
        token_endpoint_auth_method: "tls_client_auth",
        tls_client_auth_subject_dn: "CN=introspection-client,O=Demo",
      },
    },
    { metadata: { client_id: "public-client", token_endpoint_auth_method: "none" } },
  ];
}
