/** A configuration that contradicts itself or opens a hole is refused when it is made, with a message that says what to change. */
import { describe, expect, it } from "vitest";
import { ConfigurationRefused } from "./gateways/gateway.ts";
import { active } from "./support/authorization-server.ts";
import { useWorld } from "./support/world.ts";

const world = useWorld();

describe("token-introspection", () => {
  it.each<[string, Record<string, unknown>, RegExp]>([
    ["no endpoint and no issuer", { introspection_endpoint: undefined }, /introspection_endpoint/],
    ["an endpoint that is no URL", { introspection_endpoint: "as.example/introspect" }, /introspection_endpoint/],
    ["an endpoint of another scheme", { introspection_endpoint: "ftp://as.example/" }, /introspection_endpoint/],
    [
      "credentials in the endpoint",
      { introspection_endpoint: "http://user:pass@as.example/" },
      /introspection_endpoint/,
    ],
    ["no client_id", { client_id: undefined }, /client_id/],
    ["no client_secret", { client_secret: undefined }, /client_secret/],
    ["private_key_jwt without a key", { client_auth: "private_key_jwt" }, /client_jwk/],
    ["tls_client_auth without a certificate", { client_auth: "tls_client_auth" }, /client_certificate/],
    ["bearer without a token", { client_auth: "bearer" }, /bearer_token/],
    ["a negative ttl", { ttl: -1 }, /ttl/],
    ["timeout 0", { timeout: 0 }, /timeout/],
    ["an empty prefix", { upstream_headers_prefix: "" }, /upstream_headers_prefix/],
    ["the prefix X-", { upstream_headers_prefix: "X-" }, /upstream_headers_prefix/],
    ["a prefix without a hyphen behind", { upstream_headers_prefix: "X-Caller" }, /upstream_headers_prefix/],
    [
      "a prefix that would clear Kong's headers",
      { upstream_headers_prefix: "X-Forwarded-" },
      /upstream_headers_prefix/,
    ],
    ["a prefix with a line break", { upstream_headers_prefix: "X-A\r\nB-" }, /upstream_headers_prefix/],
    ["the header Host", { upstream_headers: { Host: "sub" } }, /upstream_headers/],
    ["the header Authorization in other letters", { upstream_headers: { authorization: "sub" } }, /upstream_headers/],
    ["the header X_Forwarded_For", { upstream_headers: { X_Forwarded_For: "sub" } }, /upstream_headers/],
    ["the header Content-Length", { upstream_headers: { "Content-Length": "sub" } }, /upstream_headers/],
    ["the header X-Consumer-Username", { upstream_headers: { "X-Consumer-Username": "sub" } }, /upstream_headers/],
    ["the prefix's Identifier", { custom_claims_forward: ["Identifier"] }, /custom_claims_forward/],
    ["a claim that makes no header's name", { custom_claims_forward: ["a b"] }, /custom_claims_forward/],
    ["a header name with a line break", { upstream_headers: { "X-A\r\nX-B": "sub" } }, /upstream_headers/],
    ["a realm with a quote", { realm: 'a"b' }, /realm/],
    ["a scope with a quote", { scope: ['a"b'] }, /scope/],
    ["our own parameter", { introspection_args: { token: "x" } }, /introspection_args/],
    ["our own header", { introspection_headers: { Host: "x" } }, /introspection_headers/],
    ["credentials in two places", { introspection_headers: { Authorization: "Basic x" } }, /introspection_headers/],
    [
      "a header's value with a line break",
      { introspection_headers: { "X-A": "a\r\nX-B: c" } },
      /introspection_headers/,
    ],
    ["token_header that is no name", { token_header: "X Token" }, /token_header/],
    [
      "token and certificate in one header",
      { token_header: "X-A", certificate_header: "x_a" },
      /token_header|certificate_header/,
    ],
    ["a consumer required, and none named", { consumer_optional: false }, /consumer_claim/],
    ["JWT answers without an issuer", { introspection_accept: "application/token-introspection+jwt" }, /issuer/],
    ["a dictionary that is not there", { dpop_dictionary: "nowhere" }, /dpop_dictionary/],
    ["an unknown setting", { intropsection_endpoint: "http://as.example/" }, /intropsection_endpoint/],
    ["certificate_binding of another kind", { certificate_binding: "sometimes" }, /certificate_binding/],
  ])("%s", async (_name, config, message) => {
    const refused = await world.configure({ "/api": [world.introspection(config)] }).then(
      () => undefined,
      (error: unknown) => error,
    );
    expect(refused).toBeInstanceOf(ConfigurationRefused);
    expect(String(refused)).toMatch(message);
    // The message is shown to whoever configures, and logged: no secret in it.
    expect(String(refused)).not.toContain(world.clientSecret);
  });

  it("no config at all", async () => {
    const nothing = { name: "token-introspection", config: null as unknown as Record<string, unknown> };
    await expect(world.configure({ "/api": [nothing] })).rejects.toThrow(/required field missing/);
  });

  it("what was refused changes nothing", async () => {
    await world.configure({ "/api": [world.introspection()] });
    await expect(world.configure({ "/other": [world.introspection({ ttl: -1 })] })).rejects.toThrow(
      ConfigurationRefused,
    );
    expect((await world.sendToken("/api", active())).status).toBe(200);
    expect((await world.send("/other")).status).toBe(404);
  });
});

describe("mtls-auth", () => {
  it.each<[string, Record<string, unknown>, RegExp]>([
    ["a status that is no error", { error_response_code: 200 }, /error_response_code/],
    ["a header that is none", { upstream_cert_header: "X Cert" }, /upstream_cert_header/],
    ["a header with a line break", { upstream_cert_cn_header: "X-A\r\nX-B" }, /upstream_cert_cn_header/],
    ["no authority", { ca_certificates: [] }, /ca_certificates/],
    ["what is no certificate", { ca_certificates: ["x"] }, /ca_certificates/],
  ])("%s", async (_name, config, message) => {
    await expect(world.configure({ "/api": [world.mtls(config)] })).rejects.toThrow(message);
  });
});
