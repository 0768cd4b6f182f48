/** Settings that contradict each other are refused when they are configured, with a message that says what to change (design section 4). */
import { beforeAll, describe, expect, it } from "vitest";
import { active } from "../support/authorization-server.ts";
import { ConfigurationRefused } from "../gateways/gateway.ts";
import { useWorld } from "../support/world.ts";

const world = useWorld();

beforeAll(() => world.configure({ "/good": [world.introspection()] }));

type Settings = Readonly<Record<string, unknown>>;

/** What the gateway says to these settings. */
async function refusalOf(settings: Settings): Promise<string> {
  try {
    await world.configure({ "/bad": [world.introspection(settings)] });
  } catch (cause) {
    if (cause instanceof ConfigurationRefused) return cause.message;
    throw cause;
  }
  throw new Error("the gateway took the configuration");
}

const REFUSED: [string, Settings, RegExp][] = [
  ["nobody to ask", { introspection_endpoint: undefined }, /introspection_endpoint.*issuer/],
  ["no client_id", { client_id: undefined }, /client_id is needed/],
  ["no client_secret", { client_secret: undefined }, /client_secret is needed/],
  [
    "no client_secret for a JWT",
    { client_auth: "client_secret_jwt", client_secret: undefined },
    /client_secret is needed/,
  ],
  ["private_key_jwt without a key", { client_auth: "private_key_jwt" }, /client_jwk is needed/],
  ["tls_client_auth without a certificate", { client_auth: "tls_client_auth" }, /client_certificate/],
  ["a certificate without its key", { client_certificate: "PEM" }, /client_key/],
  ["a key without its certificate", { client_key: "PEM" }, /client_certificate/],
  ["a header twice", { introspection_headers: { "X-A": "a", x_a: "b" } }, /introspection_headers.*twice/],
  ["an issuer with a query", { issuer: "https://as.example/?a=b" }, /issuer.*query/],
  ["bearer without a token", { client_auth: "bearer" }, /bearer_token is needed/],
  [
    "JWT answers without an issuer",
    { introspection_accept: "application/token-introspection+jwt" },
    /issuer is needed/,
  ],
  ["a required consumer without a claim", { consumer_optional: false }, /consumer_claim is needed/],
  [
    "Authorization among the introspection's headers beside credentials",
    { introspection_headers: { Authorization: "Basic x" } },
    /introspection_headers.*client_auth none/,
  ],
  ["Host among the introspection's headers", { introspection_headers: { host: "x" } }, /introspection_headers.*'host'/],
  [
    "the token among the introspection's arguments",
    { introspection_args: { token: "x" } },
    /introspection_args.*'token'/,
  ],
  [
    "one header for token and certificate",
    { token_header: "X-Both", certificate_header: "x_both" },
    /token_header and certificate_header/,
  ],
  ["an upstream header twice", { upstream_headers: { "X-Role": "a", x_role: "b" } }, /upstream_headers.*twice/],
  ...[
    "Host",
    "content-length",
    "Transfer-Encoding",
    "Connection",
    "TE",
    "Upgrade",
    "Trailer",
    "Expect",
    "Authorization",
  ].map((name): [string, Settings, RegExp] => [
    `${name} from a claim`,
    { upstream_headers: { [name]: "sub" } },
    /upstream_headers.*not this plugin's to set/,
  ]),
  ...[
    "X-Forwarded-For",
    "x_forwarded_host",
    "X-Real-IP",
    "X-Kong-Upstream",
    "X-Consumer-Username",
    "x_consumer_id",
    "X-Consumer-Groups",
    "X-Credential-Identifier",
  ].map((name): [string, Settings, RegExp] => [
    `${name} from a claim`,
    { upstream_headers: { [name]: "sub" } },
    /upstream_headers.*not this plugin's to set/,
  ]),
  ["the prefix's Identifier", { custom_claims_forward: ["Identifier"] }, /custom_claims_forward.*not this plugin's/],
  [
    "a claim that is no header name",
    { custom_claims_forward: ["https://api.example/roles"] },
    /custom_claims_forward.*upstream_headers/,
  ],
  ["an empty prefix", { upstream_headers_prefix: "" }, /upstream_headers_prefix/],
  ["a prefix without its dash", { upstream_headers_prefix: "X-Cred" }, /upstream_headers_prefix.*must end in/],
  ["the prefix X-", { upstream_headers_prefix: "X-" }, /upstream_headers_prefix/],
  ["a prefix of Kong's", { upstream_headers_prefix: "X-Consumer-" }, /upstream_headers_prefix/],
  [
    "an endpoint that is no URL",
    { introspection_endpoint: "as.example/introspect" },
    /introspection_endpoint.*absolute URL/,
  ],
  ["an endpoint of another scheme", { introspection_endpoint: "ftp://as.example/" }, /introspection_endpoint.*HTTP/],
  [
    "credentials in the endpoint",
    { introspection_endpoint: "https://user:password@as.example/" },
    /introspection_endpoint.*user information/,
  ],
  ["a realm with a quote", { realm: 'a"b' }, /realm/],
  ["a realm over two lines", { realm: "a\nb" }, /realm/],
  ["metadata that no challenge can carry", { resource_metadata: 'https://api.example/"' }, /resource_metadata/],
  ["a scope with a quote", { scope: ['re"ad'] }, /scope/],
  ["a scope of spaces", { scope: [" "] }, /scope/],
  ["an empty scope_any", { scope_any: [] }, /scope_any/],
  ["an empty audience", { audience: [] }, /audience/],
  ["an empty issuers_allowed", { issuers_allowed: [] }, /issuers_allowed/],
  ["an empty client_ids_allowed", { client_ids_allowed: [] }, /client_ids_allowed/],
  ["an empty acr_values", { acr_values: [] }, /acr_values/],
  ["an empty consumer_by", { consumer_by: [] }, /consumer_by/],
  ["an unknown consumer_by", { consumer_by: ["email"] }, /consumer_by/],
  ["a negative max_age", { max_age: -1 }, /max_age/],
  ["a negative ttl", { ttl: -1 }, /ttl/],
  ["a time-out of nothing", { timeout: 0 }, /timeout/],
  ["an unknown dpop", { dpop: "sometimes" }, /dpop/],
  ["an unknown client_auth", { client_auth: "basic" }, /client_auth/],
  ["an unknown encoding", { upstream_headers_encoding: "utf8" }, /upstream_headers_encoding/],
  ["a dictionary that nginx does not have", { dpop_dictionary: "nowhere" }, /dpop_dictionary.*nowhere/],
  ["a proxy over https", { https_proxy: "https://proxy.example:3128" }, /https_proxy.*http only/],
  ["a setting that there is not", { scopes: ["read"] }, /scopes.*unknown field/],
  ["a text where a list belongs", { scope: "read" }, /scope.*array/],
  ["a list where a map belongs", { claims_required: ["a"] }, /claims_required/],
  ["a text where a map's lists belong", { claims_required: { roles: "admin" } }, /claims_required/],
];

describe("refused, in words that name the setting", () => {
  it.each(REFUSED)("%s", async (_name, settings, words) => {
    const message = await refusalOf(settings);
    expect(message.replaceAll("\\", "")).toMatch(words);
    expect(message).not.toMatch(/traceback|attempt to|bad argument|\.lua:[0-9]/);
  });
});

describe("a configuration that was refused changes nothing", () => {
  it("the one before still serves", async () => {
    await world.configure({ "/good": [world.introspection()] });
    await refusalOf({ consumer_optional: false });
    expect((await world.sendToken("/good", active())).status).toBe(200);
  });
});

const TAKEN: [string, Settings][] = [
  ["no credentials with client_auth none", { client_auth: "none", client_id: undefined, client_secret: undefined }],
  [
    "Authorization among the headers with client_auth none",
    { client_auth: "none", introspection_headers: { Authorization: "Basic x" } },
  ],
  [
    "a claim path for a header of any name",
    { upstream_headers: { "X-Roles": "realm_access.roles", "Remote-User": "sub" } },
  ],
  ["an empty list of values: the claim must be there", { claims_required: { tenant: [] } }],
  ["no scope at all", { scope: [] }],
  ["max_age 0", { max_age: 0 }],
  ["allow_anonymous beside anonymous", { allow_anonymous: true, anonymous: "nobody" }],
  ["a proxy with a password", { https_proxy: "http://user:password@proxy.example:3128" }],
];

describe("taken", () => {
  it.each(TAKEN)("%s", async (_name, settings) => {
    await world.configure({ "/taken": [world.introspection(settings)] });
  });
});
