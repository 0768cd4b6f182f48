import { encodeJson } from "./claims";
import { DPOP_ALGORITHMS } from "./dpop-algorithms";
import type { Config } from "./settings";
import { eachMatch } from "./text";

const gsub = string.gsub;
const match = string.match;

/** The metadata document of this API as a protected resource (RFC 9728), and where it is asked for. */
export interface ResourceMetadata {
  readonly path: string;
  readonly body: string;
}

function scopesOf(this: void, config: Config): string[] | undefined {
  const scopes: string[] = [];
  const seen = new LuaSet<string>();
  for (const entries of [config.scope ?? [], config.scope_any ?? []]) {
    for (const entry of entries) {
      for (const scope of eachMatch(entry, "[^ ]+")) {
        if (!seen.has(scope)) scopes.push(scope);
        seen.add(scope);
      }
    }
  }
  return scopes.length === 0 ? undefined : scopes;
}

function methodsOf(this: void, config: Config): string[] {
  const methods = ["header"];
  if (config.token_body_arg === "access_token") methods.push("body");
  if (config.token_query_arg === "access_token") methods.push("query");
  return methods;
}

/** Makes the document (RFC 9728 section 2) of a configuration that names `resource` and `resource_metadata`. */
export function resourceMetadataOf(this: void, config: Config): ResourceMetadata | undefined {
  if (config.resource === undefined || config.resource_metadata === undefined) return undefined;
  const [path] = match(config.resource_metadata, "^%a+://[^/?]*([^?]*)");
  const [body] = encodeJson({
    resource: config.resource,
    authorization_servers: config.issuer === undefined ? undefined : [config.issuer],
    scopes_supported: scopesOf(config),
    bearer_methods_supported: methodsOf(config),
    tls_client_certificate_bound_access_tokens: config.certificate_binding === "required" ? true : undefined,
    dpop_bound_access_tokens_required: config.dpop === "required" ? true : undefined,
    dpop_signing_alg_values_supported: config.dpop === "off" ? undefined : DPOP_ALGORITHMS,
  });
  if (body === undefined) return undefined;
  return { path: path === undefined || path === "" ? "/" : path, body };
}

/** Whether the request asks for the document. Everybody may: a client reads it to learn where to get a token. */
export function asksForMetadata(this: void, metadata: ResourceMetadata): boolean {
  const [path] = gsub(ngx.var.request_uri, "%?.*$", "");
  if (path !== metadata.path) return false;
  const method = kong.request.get_method();
  return method === "GET" || method === "HEAD";
}
