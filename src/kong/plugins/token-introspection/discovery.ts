import { unavailable, unexpected } from "./answer";
import type { Failure } from "./answer";
import type { Call } from "./call";
import { isArray } from "./claims";
import { exchange } from "./http-exchange";
import type { HttpAnswer } from "./http-attempt";
import { isTrouble, retryAfter } from "./introspection-answer";
import { parseObject } from "./json-object";
import { printable } from "./printable";
import type { Question } from "./question";
import { createRemoteDocuments, distrust, obtain } from "./remote-document";
import { parseUrl } from "./url";
import type { Url } from "./url";

const gsub = string.gsub;
const find = string.find;

/** What of an issuer's metadata (RFC 8414 section 2, RFC 8705 section 5) is used here. */
interface Metadata {
  readonly introspectionEndpoint: string | undefined;
  /** The endpoint for calls with a client certificate. */
  readonly mutualTlsIntrospectionEndpoint: string | undefined;
  readonly jwksUri: string | undefined;
  /** The client authentication that the introspection endpoint takes; undefined: the server does not say. */
  readonly clientAuthentication: LuaSet<string> | undefined;
  readonly clientAuthenticationText: string;
}

type MetadataResult = LuaMultiReturn<[Metadata] | [undefined, Failure]>;
type UrlResult = LuaMultiReturn<[Url] | [undefined, Failure]>;

const metadata = createRemoteDocuments<Metadata>("the issuer's metadata", fetchMetadata);

/**
 * Where an issuer's metadata may be (S34): RFC 8414 section 3.1 puts the well-known part between host and path, OpenID Connect Discovery section 4
 * behind the path.
 */
function metadataUrls(this: void, issuer: Url): LuaMultiReturn<[string, string]> {
  const [path] = gsub(issuer.path, "/+$", "");
  const [origin] = string.match(issuer.text, "^%a+://[^/?]*");
  return $multi(
    `${origin ?? ""}/.well-known/oauth-authorization-server${path}`,
    `${origin ?? ""}${path}/.well-known/openid-configuration`,
  );
}

function fetchMetadata(this: void, call: Call): MetadataResult {
  const issuer = call.question.issuer ?? "";
  const [url, wrong] = parseUrl(issuer);
  if (url === undefined) return $multi(undefined, unexpected("issuer " + (wrong ?? "")));
  if (find(issuer, "?", 1, true)[0] !== undefined)
    return $multi(undefined, unexpected("issuer must not have a query (RFC 8414 section 2)"));
  const [first, second] = metadataUrls(url);
  const [found, failure] = fetchFrom(call, first, issuer);
  if (found !== undefined && namesWhatIsSought(call.question, found)) return $multi(found);
  const [other, otherFailure] = fetchFrom(call, second, issuer);
  if (other !== undefined && (found === undefined || namesWhatIsSought(call.question, other))) return $multi(other);
  if (found !== undefined) return $multi(found);
  return $multi(
    undefined,
    withoutMetadata(issuer, failure as Failure | undefined, otherFailure as Failure | undefined),
  );
}

/** What comes of it when neither place has metadata. */
function withoutMetadata(
  this: void,
  issuer: string,
  failure: Failure | undefined,
  otherFailure: Failure | undefined,
): Failure {
  const cause = `no metadata of the issuer ${printable(issuer)}: ${failure?.cause ?? ""}; ${otherFailure?.cause ?? ""}`;
  if (failure?.kind === "unavailable" || otherFailure?.kind === "unavailable") {
    return unavailable(cause, failure?.retryAfter ?? otherFailure?.retryAfter);
  }
  return unexpected(cause);
}

/** Whether a document names what the settings leave to it: a server can have one for OAuth alone that says less than the one for OpenID Connect, or more. */
function namesWhatIsSought(this: void, question: Question, known: Metadata): boolean {
  if (question.introspection_endpoint === undefined) return known.introspectionEndpoint !== undefined;
  return known.jwksUri !== undefined;
}

function fetchFrom(this: void, call: Call, address: string, issuer: string): MetadataResult {
  const [members, failure] = fetchJson(call, address);
  if (members === undefined) return $multi(undefined, failure ?? unexpected("nothing came"));
  const named = members["issuer"];
  if (named !== issuer) {
    const said = typeof named === "string" ? printable(named) : "none";
    return $multi(
      undefined,
      unexpected(
        `${printable(address)} names another issuer (${said}): set issuer to exactly what the server calls itself`,
      ),
    );
  }
  return $multi(readMetadata(members));
}

/** Gets a JSON object from the authorization server. */
export function fetchJson(
  this: void,
  call: Call,
  address: string,
): LuaMultiReturn<[Cjson.JsonObject] | [undefined, Failure]> {
  const [url, wrong] = parseUrl(address);
  if (url === undefined) return $multi(undefined, unexpected(`${printable(address)}: ${wrong ?? ""}`));
  const headers = new LuaTable<string, string>();
  headers.set("Accept", "application/json");
  const [answer, failure] = exchange(call, url, () => $multi({ method: "GET", headers }));
  if (answer === undefined) return $multi(undefined, failure ?? unavailable("no answer"));
  if (answer.status !== 200) return $multi(undefined, statusFailure(address, answer));
  const [members, trouble] = parseObject(answer.body ?? "");
  if (members === undefined) return $multi(undefined, unexpected(`${printable(address)}: ${trouble ?? ""}`));
  return $multi(members);
}

function statusFailure(this: void, address: string, answer: HttpAnswer): Failure {
  const cause = `${printable(address)} answered ${answer.status}`;
  return isTrouble(answer.status) ? unavailable(cause, retryAfter(answer)) : unexpected(cause);
}

function textOf(this: void, value: Cjson.Value | undefined): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** Methods that a log line names at most: a document may list as many as it likes. */
const MOST_SHOWN = 20;

function readMetadata(this: void, members: Cjson.JsonObject): Metadata {
  const aliases = members["mtls_endpoint_aliases"];
  const alias = type(aliases) === "table" ? (aliases as Cjson.JsonObject)["introspection_endpoint"] : undefined;
  // Where they are left out, nothing is said of them: those of the token endpoint are that endpoint's alone (RFC 8414 section 2).
  const methods = members["introspection_endpoint_auth_methods_supported"];
  let named: LuaSet<string> | undefined;
  const shown: string[] = [];
  if (isArray(methods)) {
    for (const method of methods) {
      if (typeof method === "string") {
        named = named ?? new LuaSet();
        named.add(method);
        if (shown.length < MOST_SHOWN) shown.push(method);
      }
    }
  }
  return {
    introspectionEndpoint: textOf(members["introspection_endpoint"]),
    mutualTlsIntrospectionEndpoint: textOf(alias),
    jwksUri: textOf(members["jwks_uri"]),
    clientAuthentication: named,
    clientAuthenticationText: printable(table.concat(shown, ", ")),
  };
}

/** A server may name the kinds of TLS client authentication apart: RFC 8705 sections 2.1 and 2.2; for us they are one. */
function acceptsAuthentication(this: void, question: Question, known: Metadata): boolean {
  const { clientAuthentication: methods } = known;
  const method = question.client_auth;
  if (methods === undefined || method === "bearer" || method === "none") return true;
  return methods.has(method) || (method === "tls_client_auth" && methods.has("self_signed_tls_client_auth"));
}

/** A URL from metadata. What an https issuer names is never asked in clear. */
function urlFrom(this: void, question: Question, text: string | undefined, name: string): UrlResult {
  const issuer = question.issuer ?? "";
  if (text === undefined) {
    return $multi(
      undefined,
      unexpected(`the metadata of ${printable(issuer)} names no ${name}: set the plugin's ${name}`),
    );
  }
  const [url, wrong] = parseUrl(text);
  if (url === undefined)
    return $multi(undefined, unexpected(`the ${name} in the metadata of ${printable(issuer)} ${wrong ?? ""}`));
  if (url.scheme === "http" && find(string.lower(issuer), "^https:")[0] !== undefined) {
    return $multi(undefined, unexpected(`the ${name} in the metadata of ${printable(issuer)} is not https`));
  }
  return $multi(url);
}

/** The introspection endpoint for a question; with a client certificate the one for mutual TLS wins (S17). */
function endpointIn(this: void, question: Question, known: Metadata): UrlResult {
  if (!acceptsAuthentication(question, known)) {
    const issuer = printable(question.issuer ?? "");
    return $multi(
      undefined,
      unexpected(
        `${issuer} does not take client_auth ${question.client_auth}: it names ${known.clientAuthenticationText}`,
      ),
    );
  }
  const alias = question.client_certificate === undefined ? undefined : known.mutualTlsIntrospectionEndpoint;
  return urlFrom(question, alias ?? known.introspectionEndpoint, "introspection_endpoint");
}

function jwksUriIn(this: void, question: Question, known: Metadata): UrlResult {
  return urlFrom(question, known.jwksUri, "jwks_uri");
}

/** Looks into the metadata, and anew where those that are known do not hold what is sought: the server may have mended them. */
function discover(
  this: void,
  call: Call,
  urlIn: (this: void, question: Question, known: Metadata) => UrlResult,
): UrlResult {
  const { question } = call;
  const [known, failure] = obtain(
    metadata,
    call,
    question.issuer ?? "",
    (one) => urlIn(question, one)[0] !== undefined,
  );
  if (known === undefined) return $multi(undefined, failure ?? unexpected("no metadata"));
  return urlIn(question, known);
}

/** The introspection endpoint that the issuer's metadata names. */
export function discoverEndpoint(this: void, call: Call): UrlResult {
  return discover(call, endpointIn);
}

/** The URL of the keys that the issuer's metadata names. */
export function discoverJwksUri(this: void, call: Call): UrlResult {
  return discover(call, jwksUriIn);
}

/** What the metadata said did not hold: it is fetched again in the background. */
export function rediscover(this: void, question: Question): void {
  distrust(metadata, question, question.issuer ?? "");
}
