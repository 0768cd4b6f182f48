import type * as NgxReq from "ngx.req";
import { type ClaimPath, type Claims, claimAt, claimPath } from "./claims";
import { isKongIdentityHeader, isSetByAuthentication, normalizedName } from "./header-names";
import { type HeaderEncoding, claimText, headerValue } from "./header-value";
import { type Memo, createMemo, recall, remember } from "./memo";
import { isPeerTrusted } from "./peer";
import { redactHeader } from "./redaction";
import type { Refusal } from "./refusal";
import { STANDARD_CLAIMS } from "./standard-claims";
import { eachMatch } from "./text";

const concat = table.concat;
const clearHeader = ngx.req.clear_header;
const find = string.find;
const lower = string.lower;
const max = math.max;
const rawGet = rawget;
const sub = string.sub;

/** Kong loads plugins where it proxies TCP too (`stream_listen`), and there OpenResty has no such module. */
const { add_header: addHeader } = (ngx.config.subsystem === "http" ? require("ngx.req") : {}) as typeof NgxReq;

/** The header that tells the upstream service that a request came without a token. */
export const ANONYMOUS_HEADER = "X-Anonymous";

/** One header to the upstream service and where its value comes from. */
interface Forwarding {
  readonly header: string;
  readonly path: ClaimPath;
  /** Between the elements of an array. */
  readonly separator: string;
  /** Where its claim is absent, the header is left to what was before it. */
  readonly yields: boolean;
}

/** What a configuration sends upstream, and therefore lets nobody else send. */
export interface UpstreamPlan {
  readonly prefix: string;
  readonly normalizedPrefix: string;
  readonly encoding: HeaderEncoding;
  readonly forwardings: readonly Forwarding[];
  /** The certificate header, normalized. */
  readonly certificate: string | undefined;
  /** The same as `ngx.req.get_headers` lists it when it is spelled as the setting has it. */
  readonly certificateSpelling: string | undefined;
  readonly hideCertificate: boolean;
  /** A request that another plugin has authenticated is left to it. */
  readonly leavesAuthenticated: boolean;
  /** The token header, normalized, and as it is listed when it is spelled as the setting has it. */
  readonly token: string | undefined;
  readonly tokenSpelling: string | undefined;
  /** Headers of other names than the prefix's, normalized. */
  readonly named: LuaSet<string>;
  /** Lists of names that tokens have, by their text: most tokens of a configuration have the same ones. */
  readonly nameLists: Memo<readonly string[]>;
  /** What is done about a header that a client sends, by its name; bounded, for clients choose the names. */
  readonly verdicts: { known: LuaTable<string, Verdict>; count: number };
}

const enum Verdict {
  /** Not ours. */
  Keep = 0,
  /** Ours: nobody else sets it. */
  Clear = 1,
  /** Kong's: it stays where another plugin has authenticated the request. */
  Identity = 2,
  /** The certificate header: it stays for those who may send it. */
  Certificate = 3,
}

/** The settings that name headers. */
export interface UpstreamSettings {
  readonly upstream_headers_prefix: string;
  readonly upstream_headers_encoding: HeaderEncoding;
  readonly custom_claims_forward?: readonly string[] | undefined;
  readonly upstream_headers?: ReadonlyLuaMap<string, string> | undefined;
  readonly certificate_header?: string | undefined;
  readonly token_header?: string | undefined;
  readonly anonymous?: string | undefined;
  readonly hide_credentials: boolean;
}

const MOST_VERDICTS = 1000;
/** Longest name whose verdict is kept, in bytes: clients may send names of any length. */
const LONGEST_NAME = 64;

/** RFC 9440 section 2.3: the chain of the certificate in Client-Cert. */
const CERTIFICATE_CHAIN = "client-cert-chain";

function separatorOf(this: void, claim: string): string {
  return claim === "scope" ? " " : ",";
}

/** Makes the plan of a configuration. */
export function upstreamPlanOf(this: void, settings: UpstreamSettings): UpstreamPlan {
  const prefix = settings.upstream_headers_prefix;
  const forwardings: Forwarding[] = [];
  for (const [name, claim] of STANDARD_CLAIMS) {
    forwardings.push({ header: prefix + name, path: [claim], separator: separatorOf(claim), yields: false });
  }
  for (const claim of settings.custom_claims_forward ?? []) {
    // Names of headers know no case: `Sub` that is not there takes nothing from `sub`.
    forwardings.push({ header: prefix + claim, path: claimPath(claim), separator: separatorOf(claim), yields: true });
  }
  const named = new LuaSet<string>();
  named.add(normalizedName(ANONYMOUS_HEADER));
  if (settings.upstream_headers !== undefined) {
    for (const [header, claim] of settings.upstream_headers) {
      forwardings.push({ header, path: claimPath(claim), separator: separatorOf(claim), yields: false });
      named.add(normalizedName(header));
    }
  }
  return {
    prefix,
    normalizedPrefix: normalizedName(prefix),
    encoding: settings.upstream_headers_encoding,
    certificate: settings.certificate_header === undefined ? undefined : normalizedName(settings.certificate_header),
    certificateSpelling: settings.certificate_header === undefined ? undefined : lower(settings.certificate_header),
    hideCertificate: settings.hide_credentials,
    leavesAuthenticated: settings.anonymous !== undefined,
    token: settings.token_header === undefined ? undefined : normalizedName(settings.token_header),
    tokenSpelling: settings.token_header === undefined ? undefined : lower(settings.token_header),
    forwardings,
    named,
    nameLists: createMemo(256, 65536),
    verdicts: { known: new LuaTable(), count: 0 },
  };
}

function judge(this: void, name: string, plan: UpstreamPlan): Verdict {
  const normalized = normalizedName(name);
  if (isKongIdentityHeader(normalized)) {
    // Of those the schema lets us set what Kong's oauth2 sets: the later plugin counts, unless it leaves to the other what that has authenticated.
    const ours = plan.named.has(normalized) && !plan.leavesAuthenticated;
    return normalized === name && !ours ? Verdict.Identity : Verdict.Clear;
  }
  if (sub(normalized, 1, plan.normalizedPrefix.length) === plan.normalizedPrefix) return Verdict.Clear;
  if (plan.named.has(normalized)) return Verdict.Clear;
  // To many services it is the token header too, and nobody has looked at what is in it.
  if (normalized === plan.token && name !== plan.tokenSpelling) return Verdict.Clear;
  // RFC 9440 section 2.3: the chain has a header of its own.
  const chain = plan.certificate === "client-cert" && normalized === CERTIFICATE_CHAIN;
  return chain || normalized === plan.certificate ? Verdict.Certificate : Verdict.Keep;
}

function verdictOn(this: void, name: string, plan: UpstreamPlan): Verdict {
  const { verdicts } = plan;
  const known = verdicts.known.get(name) as Verdict | undefined;
  if (known !== undefined) return known;
  if (name.length > LONGEST_NAME) return judge(name, plan);
  if (verdicts.count >= MOST_VERDICTS) {
    verdicts.known = new LuaTable();
    verdicts.count = 0;
  }
  const verdict = judge(name, plan);
  verdicts.known.set(name, verdict);
  verdicts.count += 1;
  return verdict;
}

/**
 * Whether a header holds what mtls-auth put there: the certificate of the handshake, which it, or nginx, has verified. A client can write its own
 * certificate there itself, of which nobody knows who issued it.
 */
function isVerifiedCertificate(this: void, value: string): boolean {
  return (
    value === ngx.var.ssl_client_escaped_cert &&
    (kong.ctx.shared.mtls_auth_passed === true || ngx.var.ssl_client_verify === "SUCCESS")
  );
}

/**
 * Whether the certificate header may go upstream (S30) where credentials are not hidden. It is spelled as the setting does, and there once, for everything
 * else a client slipped past the proxy; and it comes from a trusted peer, or holds a verified certificate.
 */
function mayPass(this: void, name: string, value: string | string[], plan: UpstreamPlan): boolean {
  if (name === CERTIFICATE_CHAIN) return isPeerTrusted();
  if (name !== plan.certificateSpelling || typeof value !== "string") return false;
  return isVerifiedCertificate(value) || isPeerTrusted();
}

/** Why a request goes no further of which not all could be cleared. */
export const TOO_MANY_HEADERS: Refusal = {
  code: "invalid_request",
  cause: "too many headers have names that only the gateway may set",
  message: "The request carries too many headers that the gateway sets.",
};

/** Headers that are cleared without a look at how many there are. */
const FEW = 100;
/** Steps that clearing may take: nginx walks through all headers for each of them. As many as with the buffers that nginx has by default. */
const MOST_STEPS = 2000000;

/** How many headers may be cleared of so many. */
function mostCleared(this: void, headers: OpenResty.Headers): number {
  let count = 0;
  for (const [, value] of pairs(headers as Record<string, string | string[]>)) {
    count += typeof value === "string" ? 1 : value.length;
  }
  return max(FEW, MOST_STEPS / count);
}

/** Keeps what is in a token or certificate header of any spelling out of Kong's logs, where the request ends before such are cleared. */
export function redactForged(this: void, headers: OpenResty.Headers, plan: UpstreamPlan): void {
  for (const name in headers) {
    const normalized = normalizedName(name);
    if (normalized === plan.token || normalized === plan.certificate) redactHeader(name);
  }
}

/**
 * Clears what clients may not set, under each spelling in which it was sent.
 * @param headers all headers of the request, names in lower case.
 * @param authenticated another plugin has authenticated the request: Kong's own headers are its.
 * @returns whether there are too many of them, in buffers larger than nginx's own: the request must go no further then, for some are still there.
 */
export function clearSpoofable(
  this: void,
  headers: OpenResty.Headers,
  plan: UpstreamPlan,
  authenticated: boolean,
): boolean {
  let cleared = 0;
  let most = FEW;
  for (const [name, value] of pairs(headers as Record<string, string | string[]>)) {
    const verdict = verdictOn(name, plan);
    if (verdict !== Verdict.Keep) {
      const kept =
        (verdict === Verdict.Identity && authenticated && isSetByAuthentication(name)) ||
        (verdict === Verdict.Certificate && !plan.hideCertificate && mayPass(name, value, plan));
      if (!kept) {
        cleared += 1;
        if (cleared > most) {
          most = mostCleared(headers);
          if (cleared > most) return true;
        }
        clearHeader(name);
      } else if (verdict === Verdict.Certificate) redactHeader(name);
    }
  }
  return false;
}

/** Whether the token header is there in another spelling than the setting's, such as `_` for `-`. */
export function isTokenSpelledOtherwise(this: void, headers: OpenResty.Headers, plan: UpstreamPlan): boolean {
  // Without either of these there is one spelling only.
  if (plan.tokenSpelling === undefined || find(plan.tokenSpelling, "[-_]")[0] === undefined) return false;
  for (const name in headers) {
    if (name !== plan.tokenSpelling && normalizedName(name) === plan.token) return true;
  }
  return false;
}

/** Names that a Connection header can hold without any harm to us, so that the common ones cost nothing. */
function isHarmless(this: void, value: string): boolean {
  const name = lower(value);
  return name === "keep-alive" || name === "close" || name === "upgrade";
}

function isProtected(this: void, name: string, plan: UpstreamPlan): boolean {
  const normalized = normalizedName(name);
  const verdict = verdictOn(normalized, plan);
  if (verdict === Verdict.Clear || verdict === Verdict.Identity) return true;
  if (verdict === Verdict.Certificate) return !plan.hideCertificate;
  return (
    find(normalized, "^x%-forwarded%-")[0] !== undefined ||
    find(normalized, "^x%-kong%-")[0] !== undefined ||
    normalized === "x-real-ip" ||
    normalized === "via"
  );
}

function namesProtected(this: void, value: string, plan: UpstreamPlan): boolean {
  if (isHarmless(value)) return false;
  for (const name of eachMatch(value, "[^,%s]+")) {
    if (isProtected(name, plan)) return true;
  }
  return false;
}

/**
 * Whether the header Connection names a header that we or Kong set: Kong would strip it from the upstream request after all plugins have run
 * (RFC 9110 section 7.6.1).
 */
export function connectionNamesProtected(this: void, headers: OpenResty.Headers, plan: UpstreamPlan): boolean {
  const connection = rawGet(headers, "connection") as string | string[] | undefined;
  if (connection === undefined) return false;
  if (typeof connection === "string") return namesProtected(connection, plan);
  for (const value of connection) {
    if (namesProtected(value, plan)) return true;
  }
  return false;
}

/** The headers of a token, ready to be added: names and values in step. */
export interface UpstreamHeaders {
  readonly headerNames: readonly string[];
  readonly headerValues: readonly string[];
}

/** Makes the headers of a token. A claim that is absent, null or empty has none, and what the client sent in its place is gone already. */
export function upstreamHeadersOf(this: void, claims: Claims, plan: UpstreamPlan): UpstreamHeaders {
  const names: string[] = [];
  const values = new LuaTable<string, string | undefined>();
  const known = new LuaSet<string>();
  const assign = ({ header, path, separator, yields }: Forwarding): void => {
    const text = claimText(claimAt(claims, path), separator);
    const name = lower(header);
    if (yields && text === undefined && known.has(name)) return;
    if (!known.has(name)) names.push(header);
    known.add(name);
    values.set(name, text === undefined ? undefined : headerValue(text, plan.encoding));
  };
  // What upstream_headers names comes last and counts, also where its claim is absent: an upstream service that was promised one claim gets no other.
  for (const forwarding of plan.forwardings) assign(forwarding);

  const present: string[] = [];
  const texts: string[] = [];
  for (const name of names) {
    const value = values.get(lower(name));
    if (value !== undefined) {
      present.push(name);
      texts.push(value);
    }
  }
  return { headerNames: sharedList(plan, present), headerValues: texts };
}

/** The same names in a list that other tokens have too. */
function sharedList(this: void, plan: UpstreamPlan, names: string[]): readonly string[] {
  const text = concat(names, ",");
  const known = recall(plan.nameLists, text);
  if (known !== undefined) return known;
  remember(plan.nameLists, text, names);
  return names;
}

/**
 * Puts the headers of a token on the request to the upstream service. None of them is there any more (`clearSpoofable`), and no two have one name, so they
 * are added, where setting one would look through all others for its name. By nginx's function and not the PDK's, which asks of each header what is known
 * of all of them: that this is the access phase, that they are texts and not empty, and that none is Host or `:authority` (the schema refuses those).
 */
export function forward(this: void, headers: UpstreamHeaders): void {
  const { headerNames, headerValues } = headers;
  for (const index of $range(1, headerNames.length)) {
    addHeader(headerNames[index - 1]!, headerValues[index - 1]!);
  }
}
