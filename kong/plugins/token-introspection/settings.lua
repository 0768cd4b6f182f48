-- Transpiled from src/kong/plugins/token-introspection/settings.ts by `npm run build`: edit that file, not this one.
local ____exports = {}
local ____settings_validators = require("kong.plugins.token-introspection.settings-validators")
local checkCredentialHeader = ____settings_validators.checkCredentialHeader
local checkHeaderPrefix = ____settings_validators.checkHeaderPrefix
local checkHttpUrl = ____settings_validators.checkHttpUrl
local checkIssuer = ____settings_validators.checkIssuer
local checkProxyUrl = ____settings_validators.checkProxyUrl
local checkSharedDictionary = ____settings_validators.checkSharedDictionary
--- Every setting of the plugin: type, default, description. `Config` is derived from it and docs/settings.md is generated from it.
--
-- Settings that decide who may pass are not referenceable: a reference that cannot be resolved arrives as an empty string.
____exports.settings = {
  {
    introspection_endpoint = {
      type = "string",
      referenceable = true,
      custom_validator = checkHttpUrl,
      description = "URL (http or https) of the introspection endpoint (RFC 7662 section 2). May be left out when `issuer` is given: it is then discovered.",
    },
  },
  {
    introspection_ssl_verify = {
      type = "boolean",
      required = true,
      default = true,
      description = "Verify the authorization server's certificate and host name, against `lua_ssl_trusted_certificate` of kong.conf.",
    },
  },
  { client_id = { type = "string", referenceable = true, description = "Client id of this gateway at the authorization server." } },
  {
    client_secret = {
      type = "string",
      referenceable = true,
      encrypted = true,
      description = "Client secret of this gateway at the authorization server, for the client_secret methods of `client_auth`.",
    },
  },
  {
    token_header = {
      type = "string",
      required = true,
      default = "Authorization",
      match = "^[%w_%-]+$",
      custom_validator = checkCredentialHeader,
      description = "Request header that holds the access token, after the scheme Bearer or DPoP in any case. Another name replaces Authorization, which is then the application's own; such a header may also hold the bare token. In another spelling (`_` for `-`), or under `upstream_headers_prefix`, it never goes upstream; another spelling beside it is a second token (400).",
    },
  },
  {
    hide_credentials = {
      type = "boolean",
      required = true,
      default = true,
      description = "Take the token, the DPoP proof and the certificate header off the request to the upstream service, wherever the token was.",
    },
  },
  {
    allow_anonymous = {
      type = "boolean",
      required = true,
      default = false,
      description = "Let requests without any token pass, with `X-Anonymous: true`. A token that is there and not good is still refused.",
    },
  },
  {
    ttl = {
      type = "number",
      required = true,
      default = 30,
      between = { 0, 2147483647 },
      description = "Seconds that an answer of the authorization server may be cached; never past the token's `exp`. 0: never cached, and each request asks for itself.",
    },
  },
  {
    scope = {
      type = "array",
      elements = { type = "string", match = "^[%w%p][%w%p ]*$", not_match = '["\\\\]' },
      description = "Scopes that the token must have, all of them. An entry may hold several, separated by spaces. Otherwise: 403.",
    },
  },
  {
    certificate_header = {
      type = "string",
      match = "^[%w_%-]+$",
      custom_validator = checkCredentialHeader,
      description = "Request header in which a TLS terminator in front of Kong passes the client's certificate. Read only from peers in `trusted_ips` of kong.conf; otherwise the certificate of the TLS handshake counts.",
    },
  },
  {
    custom_claims_forward = {
      type = "array",
      elements = { type = "string" },
      description = "Further claims to forward, each in the header `X-Credential-<claim>` (see `upstream_headers_prefix`).",
    },
  },
  {
    issuer = {
      type = "string",
      custom_validator = checkIssuer,
      description = "The authorization server's issuer identifier. Its metadata (RFC 8414, OpenID Connect Discovery) gives the endpoints that are not configured. A token's `iss`, when present, must equal it.",
    },
  },
  {
    client_auth = {
      type = "string",
      required = true,
      default = "client_secret_basic",
      one_of = {
        "client_secret_basic",
        "client_secret_post",
        "client_secret_jwt",
        "private_key_jwt",
        "tls_client_auth",
        "bearer",
        "none",
      },
      description = "How this gateway proves to the authorization server who it is (RFC 7662 section 2.1). Where the endpoint is discovered and the metadata list methods for it, this must be among them (bearer and none aside): else 500.",
    },
  },
  {
    client_jwk = {
      type = "string",
      referenceable = true,
      encrypted = true,
      description = "Private key for `client_auth = private_key_jwt`: a JWK or PEM.",
    },
  },
  {
    client_jwt_alg = {
      type = "string",
      one_of = { "RS256", "PS256", "ES256" },
      description = "Signature algorithm for private_key_jwt. Default by the key: the `alg` of a JWK where it is one of these, else RS256 for RSA, PS256 for RSA-PSS (PEM), ES256 for P-256.",
    },
  },
  {
    client_certificate = {
      type = "string",
      referenceable = true,
      description = "Client certificate (PEM, chain allowed) for mutual TLS towards the authorization server.",
    },
  },
  { client_key = { type = "string", referenceable = true, encrypted = true, description = "Private key (PEM) of `client_certificate`." } },
  {
    bearer_token = {
      type = "string",
      referenceable = true,
      encrypted = true,
      description = "Token for `client_auth = bearer`, which authorizes this gateway's call (RFC 7662 section 2.1).",
    },
  },
  {
    introspection_headers = {
      type = "map",
      keys = { type = "string", match = "^[%w!#$%%&'*+%-.^_`|~]+$" },
      values = { type = "string", not_match = "%c" },
      description = "Headers sent with every introspection request.",
    },
  },
  {
    introspection_args = {
      type = "map",
      keys = { type = "string" },
      values = { type = "string", len_min = 0 },
      description = "Form parameters sent with every introspection request, beside `token`. `token_type_hint` is not sent unless named here.",
    },
  },
  {
    introspection_accept = {
      type = "string",
      required = true,
      default = "application/json",
      one_of = { "application/json", "application/token-introspection+jwt" },
      description = "Form of the answer asked for. With application/token-introspection+jwt (RFC 9701) signature (ES256, ES384, RS256, PS256, EdDSA with Ed25519), typ, iss and aud are verified and a plain answer is refused.",
    },
  },
  {
    jwks_uri = {
      type = "string",
      custom_validator = checkHttpUrl,
      description = "URL of the keys that sign JWT answers. Default: the one in the issuer's metadata.",
    },
  },
  {
    timeout = {
      type = "integer",
      required = true,
      default = 5000,
      between = { 1, 2147483646 },
      description = "Milliseconds that a request may wait for the authorization server in all: connecting, waiting, slow bytes, retries. Then: 503.",
    },
  },
  {
    keepalive_timeout = {
      type = "integer",
      required = true,
      default = 60000,
      between = { 0, 2147483646 },
      description = "Milliseconds that an idle connection to the authorization server is kept. 0: connections are not kept.",
    },
  },
  {
    retries = {
      type = "integer",
      required = true,
      default = 1,
      between = { 0, 10 },
      description = "How often a call that brought no answer at all is repeated, within `timeout`. Once more, not counted, where a kept connection was closed by the server.",
    },
  },
  {
    http_proxy = {
      type = "string",
      custom_validator = checkProxyUrl,
      description = "Forward proxy (http URL; `user:password@` allowed) towards authorization servers with http endpoints.",
    },
  },
  {
    https_proxy = {
      type = "string",
      custom_validator = checkProxyUrl,
      description = "Forward proxy (http URL, CONNECT; `user:password@` allowed) towards authorization servers with https endpoints.",
    },
  },
  {
    no_proxy = {
      type = "string",
      description = "Hosts that are asked without a proxy, separated by commas: names, which cover what is below them (`*.name`: that alone), addresses, networks (`10.0.0.0/8`), `host:port` for one port; `*` for all.",
    },
  },
  {
    negative_ttl = {
      type = "number",
      required = true,
      default = 0,
      between = { 0, 2147483647 },
      description = "Seconds that the answer `inactive` may be cached. 0: never cached.",
    },
  },
  {
    stale_ttl = {
      type = "number",
      required = true,
      default = 0,
      between = { 0, 2147483647 },
      description = "Seconds that an answer may outlive its `ttl`, never its `exp`, while the authorization server is failing. So long can a revoked token live then.",
    },
  },
  {
    respect_cache_control = {
      type = "boolean",
      required = true,
      default = false,
      description = "Do not cache an answer whose `Cache-Control` says no-store or no-cache. Off by default: many servers send no-store with every answer.",
    },
  },
  {
    breaker_threshold = {
      type = "integer",
      required = true,
      default = 10,
      between = { 0, 1000000 },
      description = "After so many consecutive calls without any answer, a server is not asked for `breaker_timeout`. 0: it is always asked.",
    },
  },
  {
    breaker_timeout = {
      type = "number",
      required = true,
      default = 2,
      gt = 0,
      between = { 0, 86400 },
      description = "Seconds before a server that brought no answers is probed again, by one call.",
    },
  },
  {
    token_query_arg = {
      type = "string",
      description = "Query parameter that may hold the token (RFC 6750 section 2.3). It shows in the logs of nginx and of every proxy: avoid it.",
    },
  },
  {
    token_body_arg = {
      type = "string",
      description = "Form parameter of a urlencoded body that may hold the token (RFC 6750 section 2.2); never with GET. A form of more than 1 MiB is refused (400): it cannot be searched.",
    },
  },
  { token_cookie = { type = "string", match = "^[%w!#$%%&'*+%-.^_`|~]+$", description = "Cookie that may hold the token." } },
  {
    certificate_binding = {
      type = "string",
      required = true,
      default = "when_bound",
      one_of = { "off", "when_bound", "required" },
      description = "Whether tokens with `x5t#S256` are checked against the client's certificate (RFC 8705); required: tokens without it are refused.",
    },
  },
  {
    certificate_header_format = {
      type = "string",
      required = true,
      default = "auto",
      one_of = {
        "auto",
        "pem_urlencoded",
        "rfc9440",
        "xfcc",
        "der_base64",
      },
      description = "Form of the certificate in `certificate_header`.",
    },
  },
  {
    dpop = {
      type = "string",
      required = true,
      default = "when_bound",
      one_of = { "off", "when_bound", "required" },
      description = "Whether tokens with `jkt` need a DPoP proof (RFC 9449); off: they are refused; required: tokens without it are refused.",
    },
  },
  {
    dpop_max_age = {
      type = "integer",
      required = true,
      default = 60,
      between = { 1, 3600 },
      description = "Seconds that a DPoP proof may be old.",
    },
  },
  {
    dpop_nonce = {
      type = "boolean",
      required = true,
      default = false,
      description = "Demand a nonce of ours in DPoP proofs (RFC 9449 section 9).",
    },
  },
  {
    dpop_dictionary = {
      type = "string",
      required = true,
      default = "kong_db_cache",
      custom_validator = checkSharedDictionary,
      description = "Shared dictionary of nginx that remembers used DPoP proofs. One of its own is recommended: `nginx_http_lua_shared_dict`.",
    },
  },
  {
    scope_any = {
      type = "array",
      len_min = 1,
      elements = { type = "string", match = "^[%w%p][%w%p ]*$", not_match = '["\\\\]' },
      description = "At least one of these scopes must be there. An entry may hold several, separated by spaces, that count as all. Otherwise: 403.",
    },
  },
  {
    audience = {
      type = "array",
      len_min = 1,
      elements = { type = "string" },
      description = "At least one of these must be in the token's `aud`. Otherwise: 401.",
    },
  },
  {
    issuers_allowed = {
      type = "array",
      len_min = 1,
      elements = { type = "string" },
      description = "The token's `iss` must be one of these. Otherwise: 401.",
    },
  },
  {
    client_ids_allowed = {
      type = "array",
      len_min = 1,
      elements = { type = "string" },
      description = "The token's `client_id` must be one of these. Otherwise: 403.",
    },
  },
  {
    claims_required = {
      type = "map",
      keys = { type = "string" },
      values = { type = "array", elements = { type = "string", len_min = 0 } },
      description = "Claim path -> accepted values, one of which the claim must have. An empty list: the claim must be there. Otherwise: 403.",
    },
  },
  {
    acr_values = {
      type = "array",
      len_min = 1,
      elements = { type = "string", match = "^[%w%p]+$", not_match = '["\\\\]' },
      description = "The token's `acr` must be one of these. Otherwise a step-up challenge (RFC 9470).",
    },
  },
  {
    max_age = {
      type = "integer",
      between = { 0, 2147483646 },
      description = "Seconds since `auth_time` that the user's authentication may be old. Otherwise a step-up challenge (RFC 9470).",
    },
  },
  { consumer_claim = { type = "string", description = "Claim whose value names the Kong consumer." } },
  {
    consumer_by = {
      type = "array",
      required = true,
      default = { "username", "custom_id" },
      len_min = 1,
      elements = { type = "string", one_of = { "username", "custom_id", "id" } },
      description = "Which fields of a consumer `consumer_claim` is compared with, in this order.",
    },
  },
  {
    consumer_optional = {
      type = "boolean",
      required = true,
      default = true,
      description = "Let tokens pass for which there is no consumer. Otherwise: 403.",
    },
  },
  {
    credential_claim = {
      type = "string",
      description = "Claim that is the credential's id, for rate-limiting and logs. Default: `sub`, else `client_id`.",
    },
  },
  {
    leeway = {
      type = "number",
      required = true,
      default = 0,
      between = { 0, 3600 },
      description = "Seconds of clock difference allowed for a token's `exp` and `nbf`, for `auth_time` (`max_age`) and for the times of DPoP proofs (`iat`). Past its `exp` a token's answer is not cached.",
    },
  },
  {
    groups_claim = {
      type = "string",
      description = "Claim whose values become ACL groups (Kong's acl plugin): each element of an array, or the whole of a text.",
    },
  },
  {
    anonymous = {
      type = "string",
      description = "Consumer (id or username) to use instead of a refusal; as in Kong's other authentication plugins.",
    },
  },
  {
    upstream_headers_prefix = {
      type = "string",
      required = true,
      default = "X-Credential-",
      custom_validator = checkHeaderPrefix,
      description = "What the names of the forwarded claims' headers begin with. Whatever a client sends under it is removed.",
    },
  },
  {
    upstream_headers = {
      type = "map",
      keys = { type = "string", match = "^[%w!#$%%&'*+%-.^_`|~]+$" },
      values = { type = "string" },
      description = "Header -> claim path: further claims to forward in headers of any name.",
    },
  },
  {
    upstream_headers_encoding = {
      type = "string",
      required = true,
      default = "rfc8187",
      one_of = { "rfc8187", "base64url", "none" },
      description = "Form of forwarded values with a byte outside 0x20-0x7E or a space at either end (rfc8187: or that could be taken for such a form). Kong's own headers (X-Credential-Identifier, X-Consumer-*, X-Authenticated-Groups) go as they are.",
    },
  },
  {
    realm = {
      type = "string",
      required = true,
      default = "service",
      match = "^[%w%p ]+$",
      not_match = '["\\\\]',
      description = "The realm of the challenges.",
    },
  },
  {
    resource_metadata = {
      type = "string",
      custom_validator = checkHttpUrl,
      description = "URL of the protected resource's metadata, named in the challenges (RFC 9728 section 5).",
    },
  },
  {
    resource = {
      type = "string",
      custom_validator = checkHttpUrl,
      description = "Identifier of this API as a protected resource (RFC 9728 section 2). With `resource_metadata`, a GET or HEAD of that URL's path on this route is answered with the metadata document, without a token.",
    },
  },
  { run_on_preflight = { type = "boolean", required = true, default = true, description = "Demand a token for OPTIONS requests too." } },
}
return ____exports
