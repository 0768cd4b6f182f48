import { isHeaderName, isReservedHeader, normalizedName } from "./header-names";
import { setOf } from "./sets";

type Verdict = LuaMultiReturn<[true] | [undefined, string]>;

/** A setting as an entity check sees it: unset is `ngx.null`, or nil. */
type Setting<T> = T | OpenResty.Null | undefined;

function given<T>(this: void, value: Setting<T>): T | undefined {
  return value === undefined || value === ngx.null ? undefined : (value as T);
}

interface UpstreamHeaderSettings {
  config: {
    upstream_headers_prefix?: Setting<string>;
    custom_claims_forward?: Setting<string[]>;
    upstream_headers?: Setting<Record<string, string>>;
  };
}

/** No setting may produce a header that steers the connection or that is Kong's own, nor one header twice. */
export function checkUpstreamHeaders(this: void, entity: UpstreamHeaderSettings): Verdict {
  const { config } = entity;
  const prefix = given(config.upstream_headers_prefix) ?? "";
  for (const claim of given(config.custom_claims_forward) ?? []) {
    const name = prefix + claim;
    if (!isHeaderName(name)) {
      return $multi(undefined, `custom_claims_forward: '${name}' is no header name; forward this claim by upstream_headers`);
    }
    if (isReservedHeader(name) || normalizedName(name) === normalizedName(prefix + "Identifier")) {
      return $multi(undefined, `custom_claims_forward: the header '${name}' is not this plugin's to set`);
    }
  }
  const seen = new LuaSet<string>();
  for (const [name] of pairs(given(config.upstream_headers) ?? {})) {
    const normalized = normalizedName(name);
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
    client_auth?: Setting<string>;
    introspection_headers?: Setting<Record<string, string>>;
    introspection_args?: Setting<Record<string, string>>;
    token_header?: Setting<string>;
    certificate_header?: Setting<string>;
  };
}

const OUR_HEADERS = setOf(["host", "content-length", "content-type", "transfer-encoding", "connection", "accept"]);
const OUR_PARAMETERS = setOf(["token", "client_id", "client_secret", "client_assertion", "client_assertion_type"]);

/** Our credentials stand in one place only (RFC 6749 section 2.3), and nothing overwrites what makes the request one of RFC 7662. */
export function checkIntrospectionRequest(this: void, entity: IntrospectionRequestSettings): Verdict {
  const { config } = entity;
  for (const [name] of pairs(given(config.introspection_headers) ?? {})) {
    const normalized = normalizedName(name);
    if (OUR_HEADERS.has(normalized)) return $multi(undefined, `introspection_headers: '${name}' is set by the plugin itself`);
    if (normalized === "authorization" && given(config.client_auth) !== "none") {
      return $multi(undefined, `introspection_headers: '${name}' needs client_auth none, for credentials stand in one place only`);
    }
  }
  for (const [name] of pairs(given(config.introspection_args) ?? {})) {
    if (OUR_PARAMETERS.has(name)) return $multi(undefined, `introspection_args: '${name}' is set by the plugin itself`);
  }
  const certificateHeader = given(config.certificate_header);
  const tokenHeader = given(config.token_header);
  if (certificateHeader !== undefined && tokenHeader !== undefined && normalizedName(certificateHeader) === normalizedName(tokenHeader)) {
    return $multi(undefined, "token_header and certificate_header must be different headers");
  }
  return $multi(true);
}
