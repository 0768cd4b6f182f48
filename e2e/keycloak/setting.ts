/** What the tests on Keycloak work in: the world of all end-to-end tests, and one Keycloak for all of them. */
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll } from "vitest";
import * as oauth from "oauth4webapi";
import { UserError } from "../../demo/errors.ts";
import { startKeycloak, type Keycloak } from "../../demo/keycloak.ts";
import type { Identity } from "../../demo/pki.ts";
import { workingDirectory } from "../gateways/files.ts";
import { keepSecret } from "../support/secrets.ts";
import { useWorld, type Plugin, type World } from "../support/world.ts";
import { tlsFetch } from "./tls-fetch.ts";

/** The first start on a machine fetches 170 MB and builds: minutes, on a slow line more. */
const FIRST_START_MS = 900_000;
const START_SECONDS = 300;

/** Claims by which the gateway's routes tell that a token is meant for it; see demo/keycloak/realm.json. */
export const API_AUDIENCE = "urn:api:kong";

/** What a token endpoint gave. */
export interface Tokens {
  readonly access: string;
  readonly refresh?: string;
  readonly id?: string;
}

export interface TokenRequest {
  /** The client of the realm; plain-client when left out. Its secret is `secret`. */
  readonly client?: string;
  readonly scope?: string;
  /** The certificate to show: the client is then known by it, or the token is bound to it. */
  readonly identity?: Identity;
  readonly authentication?: oauth.ClientAuth;
  /** For the realm's user, by password. */
  readonly user?: boolean;
}

export class Setting {
  keycloak!: Keycloak;
  metadata!: oauth.AuthorizationServer;

  constructor(readonly world: World) {}

  async start(): Promise<void> {
    const directory = await workingDirectory();
    try {
      const started = await startKeycloak({
        pki: this.world.pki,
        directory: join(directory, "keycloak"),
        timeoutSeconds: START_SECONDS,
        progress: (line) => console.log(line),
      });
      this.keycloak = {
        ...started,
        stop: () => started.stop().then(() => rm(directory, { recursive: true, force: true })),
      };
    } catch (cause) {
      // One line says it: where in the code it was noticed helps nobody.
      if (cause instanceof UserError) cause.stack = cause.message;
      throw cause;
    }
    const issuer = new URL(this.keycloak.issuer);
    const answer = await oauth.discoveryRequest(issuer, { [oauth.customFetch]: this.fetch() });
    this.metadata = await oauth.processDiscoveryResponse(issuer, answer);
  }

  /** `fetch` that trusts the demo's authority, with a client certificate or without. */
  fetch(identity?: Identity): ReturnType<typeof tlsFetch> {
    return tlsFetch(this.world.pki.ca.certificate, identity);
  }

  /** New tokens. The log check learns them. */
  async tokens(request: TokenRequest = {}): Promise<Tokens> {
    const client = { client_id: request.client ?? "plain-client" };
    const options = { [oauth.customFetch]: this.fetch(request.identity) };
    const authentication = request.authentication ?? oauth.ClientSecretBasic("secret");
    const scope = request.scope ?? "system-access";
    const grant =
      request.user === true ? { grant_type: "password", username: "user", password: "password" } : undefined;
    const { metadata } = this;
    const got =
      grant === undefined
        ? await oauth
            .clientCredentialsGrantRequest(metadata, client, authentication, { scope }, options)
            .then((answer) => oauth.processClientCredentialsResponse(metadata, client, answer))
        : await oauth
            .genericTokenEndpointRequest(metadata, client, authentication, "password", { ...grant, scope }, options)
            .then((answer) => oauth.processGenericTokenEndpointResponse(metadata, client, answer));
    return {
      access: keepSecret(got.access_token),
      ...(got.refresh_token === undefined ? {} : { refresh: keepSecret(got.refresh_token) }),
      ...(got.id_token === undefined ? {} : { id: keepSecret(got.id_token) }),
    };
  }

  /** A token of the scenario's client, bound to the certificate that it shows (RFC 8705). */
  async boundToken(identity: Identity, scope?: string): Promise<string> {
    const client = "system-client-mtls";
    const { access } = await this.tokens({
      client,
      identity,
      authentication: oauth.TlsClientAuth(),
      ...(scope === undefined ? {} : { scope }),
    });
    return access;
  }

  /** Revokes a token of plain-client (RFC 7009). */
  async revoke(token: string): Promise<void> {
    const client = { client_id: "plain-client" };
    const options = { [oauth.customFetch]: this.fetch() };
    const answer = await oauth.revocationRequest(
      this.metadata,
      client,
      oauth.ClientSecretBasic("secret"),
      token,
      options,
    );
    await oauth.processRevocationResponse(answer);
  }

  /** token-introspection as introspection-client of this Keycloak; settings of the test's own win. */
  plugin(config: Readonly<Record<string, unknown>> = {}): Plugin {
    const standard = {
      introspection_endpoint: this.keycloak.introspectionEndpoint,
      client_id: "introspection-client",
      client_secret: "secret",
    };
    return { name: "token-introspection", config: { ...standard, ...config } };
  }
}

/** Gives the test file its setting, started before its tests and ended after them. */
export function useSetting(): Setting {
  const setting = new Setting(useWorld());
  beforeAll(() => setting.start(), FIRST_START_MS);
  afterAll(() => (setting.keycloak as Keycloak | undefined)?.stop());
  return setting;
}
