import { isHeaderName, isReservedHeader, normalizedName } from "./header-names";
import { setOf } from "./sets";
import { STANDARD_CLAIMS } from "./standard-claims";
import { parseUrl } from "./url";

type Verdict = LuaMultiReturn<[true] | [undefined, string]>;

/**
 * A setting as an entity check sees it: of any type, for Kong runs these checks although a field has failed its own. What is of another
 * type is left to the field's own error.
 */
type Setting = unknown;

function isGiven(this: void, value: Setting): boolean {
  return value !== undefined && value !== ngx.null;
}

function text(this: void, value: Setting): string | undefined {
  return typeof value === "string" ? value : undefined;
}

/** The texts of a list. */
function texts(this: void, value: Setting): string[] {
  const list: string[] = [];
  if (type(value) !== "table") return list;
  for (const element of value as unknown[]) {
    if (typeof element === "string") list.push(element);
  }
  return list;
}

/** The names in a map. */
function names(this: void, value: Setting): string[] {
  const list: string[] = [];
  if (type(value) !== "table") return list;
  for (const [name] of pairs(value as Record<string, unknown>)) {
    if (typeof name === "string") list.push(name);
  }
  return list;
}

/** What an entity check is given: `config` may be anything, such as the null that YAML makes of an empty `config:`. Its own error says so. */
function configOf<Config extends object>(this: void, entity: { config: Config }): Partial<Config> {
  return type(entity.config) === "table" ? entity.config : {};
}

interface UpstreamHeaderSettings {
  config: {
    upstream_headers_prefix?: Setting;
    custom_claims_forward?: Setting;
    upstream_headers?: Setting;
  };
}

/** The headers of claims that are forwarded without a header of their own being named, by their normalized names. */
function headersOfClaims(this: void, prefix: string, claims: readonly string[]): LuaTable<string, string> {
  const headers = new LuaTable<string, string>();
  for (const claim of claims) headers.set(normalizedName(prefix + claim), prefix + claim);
  for (const [name] of STANDARD_CLAIMS) headers.set(normalizedName(prefix + name), prefix + name);
  return headers;
}

/** No setting may produce a header that steers the connection or that is Kong's own, nor one header twice. */
export function checkUpstreamHeaders(this: void, entity: UpstreamHeaderSettings): Verdict {
  const config = configOf(entity);
  const prefix = text(config.upstream_headers_prefix) ?? "";
  for (const claim of texts(config.custom_claims_forward)) {
    const name = prefix + claim;
    if (!isHeaderName(name)) {
      return $multi(
        undefined,
        `custom_claims_forward: '${name}' is no header name; forward this claim by upstream_headers`,
      );
    }
    if (isReservedHeader(name) || normalizedName(name) === normalizedName(prefix + "Identifier")) {
      return $multi(undefined, `custom_claims_forward: the header '${name}' is not this plugin's to set`);
    }
  }
  const claimHeaders = headersOfClaims(prefix, texts(config.custom_claims_forward));
  const seen = new LuaSet<string>();
  for (const name of names(config.upstream_headers)) {
    const normalized = normalizedName(name);
    const other = claimHeaders.get(normalized) as string | undefined;
    if (other !== undefined && string.lower(other) !== string.lower(name))
      return $multi(undefined, `upstream_headers: '${name}' and '${other}' are one header to many services`);
    if (isReservedHeader(name) || normalized === normalizedName(prefix + "Identifier")) {
      return $multi(undefined, `upstream_headers: the header '${name}' is not this plugin's to set`);
    }
    if (seen.has(normalized)) return $multi(undefined, `upstream_headers: the header '${name}' is there twice`);
    seen.add(normalized);
  }
  return $multi(true);
}

interface IntrospectionRequestSettings {
  config: {
    client_auth?: Setting;
    introspection_headers?: Setting;
    introspection_args?: Setting;
  };
}

/** What makes the request one of RFC 7662, and what an answer that we read follows from: its encoding, its connection, the proxy's. */
const OUR_HEADERS = setOf([
  "host",
  "content-length",
  "content-type",
  "transfer-encoding",
  "connection",
  "accept",
  "accept-encoding",
  "proxy-authorization",
  "te",
  "upgrade",
  "expect",
]);
const OUR_PARAMETERS = setOf(["token", "client_id", "client_secret", "client_assertion", "client_assertion_type"]);

/** Our credentials stand in one place only (RFC 6749 section 2.3), and nothing overwrites what makes the request one of RFC 7662. */
export function checkIntrospectionRequest(this: void, entity: IntrospectionRequestSettings): Verdict {
  const config = configOf(entity);
  const seen = new LuaSet<string>();
  for (const name of names(config.introspection_headers)) {
    const normalized = normalizedName(name);
    if (seen.has(normalized)) return $multi(undefined, `introspection_headers: the header '${name}' is there twice`);
    seen.add(normalized);
    if (OUR_HEADERS.has(normalized))
      return $multi(undefined, `introspection_headers: '${name}' is set by the plugin itself`);
    if (normalized === "authorization" && config.client_auth !== "none") {
      return $multi(
        undefined,
        `introspection_headers: '${name}' needs client_auth none, for credentials stand in one place only`,
      );
    }
  }
  for (const name of names(config.introspection_args)) {
    if (OUR_PARAMETERS.has(name)) return $multi(undefined, `introspection_args: '${name}' is set by the plugin itself`);
  }
  return $multi(true);
}

interface EndpointSettings {
  config: { client_auth?: Setting; introspection_endpoint?: Setting };
}

/** The certificate is shown in the TLS handshake, so there must be one. What is behind a reference to a vault is looked at when it is used. */
export function checkEndpoint(this: void, entity: EndpointSettings): Verdict {
  const config = configOf(entity);
  const [endpoint] = parseUrl(text(config.introspection_endpoint) ?? "");
  if (config.client_auth !== "tls_client_auth" || endpoint?.scheme !== "http") return $multi(true);
  return $multi(
    undefined,
    "introspection_endpoint must be https for client_auth tls_client_auth: the certificate is shown in the TLS handshake",
  );
}

interface CredentialHeaderSettings {
  config: { token_header?: Setting; certificate_header?: Setting };
}

/** Token and certificate come in headers of their own. */
export function checkCredentialHeaders(this: void, entity: CredentialHeaderSettings): Verdict {
  const config = configOf(entity);
  const certificateHeader = text(config.certificate_header);
  const tokenHeader = text(config.token_header);
  if (certificateHeader === undefined || tokenHeader === undefined) return $multi(true);
  if (normalizedName(certificateHeader) !== normalizedName(tokenHeader)) return $multi(true);
  return $multi(undefined, "token_header and certificate_header must be different headers");
}

interface CertificateSettings {
  config: Record<string, Setting>;
}

/** Kong's own check of this kind is left out where one of the two is a reference to a vault, also where the other one is not there. */
export function checkCertificateAndKey(this: void, entity: CertificateSettings): Verdict {
  const config = configOf(entity);
  if (isGiven(config["client_certificate"]) === isGiven(config["client_key"])) return $multi(true);
  return $multi(undefined, "all or none of these fields must be set: 'config.client_certificate', 'config.client_key'");
}

interface Needing {
  config: Record<string, Setting>;
}

/**
 * Makes the check that a setting is there which another one's value needs.
 * @param values of `setting`, as text.
 *
 * Kong's own `conditional` check would do, but for its message, which does not say what to change. Kong leaves out a check of which a field is a
 * reference: then it is there.
 */
function needs(this: void, setting: string, values: LuaSet<string>, needed: string, message: string): Kong.EntityCheck {
  return {
    custom_entity_check: {
      field_sources: ["config." + setting, "config." + needed],
      run_with_missing_fields: true,
      fn: (entity: Needing): Verdict => {
        const config = configOf(entity);
        if (!values.has(tostring(config[setting])) || isGiven(config[needed])) return $multi(true);
        return $multi(undefined, message);
      },
    },
  };
}

/** Makes the check that a setting is there which another one needs. */
function needsWhenGiven(this: void, setting: string, needed: string, message: string): Kong.EntityCheck {
  return {
    custom_entity_check: {
      field_sources: ["config." + setting, "config." + needed],
      run_with_missing_fields: true,
      fn: (entity: Needing): Verdict => {
        const config = configOf(entity);
        if (!isGiven(config[setting]) || isGiven(config[needed])) return $multi(true);
        return $multi(undefined, message);
      },
    },
  };
}

const SECRET_METHODS = setOf(["client_secret_basic", "client_secret_post", "client_secret_jwt"]);
const CLIENT_METHODS = setOf([
  "client_secret_basic",
  "client_secret_post",
  "client_secret_jwt",
  "private_key_jwt",
  "tls_client_auth",
]);
const JWT_ANSWERS = setOf(["application/token-introspection+jwt"]);

/** What settings need of each other, each with a message that says what to change. */
export const NEEDS = [
  needs(
    "client_auth",
    CLIENT_METHODS,
    "client_id",
    "client_id is needed to authenticate at the authorization server: set it, or client_auth to bearer or none",
  ),
  needs(
    "client_auth",
    SECRET_METHODS,
    "client_secret",
    "client_secret is needed for this client_auth: set it, or choose another client_auth",
  ),
  needs(
    "client_auth",
    setOf(["private_key_jwt"]),
    "client_jwk",
    "client_jwk is needed for client_auth private_key_jwt",
  ),
  needs(
    "client_auth",
    setOf(["tls_client_auth"]),
    "client_certificate",
    "client_certificate and client_key are needed for client_auth tls_client_auth",
  ),
  needs("client_auth", setOf(["bearer"]), "bearer_token", "bearer_token is needed for client_auth bearer"),
  needs(
    "introspection_accept",
    JWT_ANSWERS,
    "issuer",
    "issuer is needed to verify answers in the form application/token-introspection+jwt",
  ),
  needs(
    "introspection_accept",
    JWT_ANSWERS,
    "client_id",
    "client_id is needed to verify answers in the form application/token-introspection+jwt",
  ),
  needsWhenGiven(
    "resource",
    "resource_metadata",
    "resource_metadata is needed beside resource: the URL at which the metadata is served",
  ),
  needs(
    "consumer_optional",
    setOf(["false"]),
    "consumer_claim",
    "consumer_claim is needed when consumer_optional is false",
  ),
];
