import { unexpected } from "./answer";
import type { Answer } from "./answer";
import { elapsed } from "./call";
import type { Call } from "./call";
import { isArray } from "./claims";
import type { HttpAnswer } from "./http-attempt";
import { forbidsStoring, readClaims } from "./introspection-answer";
import { memberText } from "./json-text";
import { parseJws } from "./jws";
import type { Jws } from "./jws";
import { signatureFailure } from "./key-set";
import type { Question } from "./question";
import { withoutLineEnd } from "./text";

const abs = math.abs;
const gsub = string.gsub;
const lower = string.lower;
const match = string.match;

/** Bytes of a JWT that are read. */
const MAX_LENGTH = 1024 * 1024;
/** Seconds by which `iat` may differ from our clock. */
const CLOCK_DIFFERENCE = 300;
/** Seconds of clock difference allowed for its exp and nbf. */
const TIME_LEEWAY = 10;

/**
 * A signed answer (RFC 9701 section 5): everything about it is verified, and only what is inside `token_introspection` is used. A plain answer is
 * refused.
 */
export function readJwtAnswer(this: void, call: Call, server: string, answer: HttpAnswer): Answer {
  const contentType = answer.headers["Content-Type"];
  const [kind] = match(typeof contentType === "string" ? lower(contentType) : "", "^%s*([^;%s]*)");
  if (kind !== "application/token-introspection+jwt") {
    return unexpected(
      `${server} gave a plain answer where introspection_accept asks for a JWT (RFC 9701): see whether it can, and whether this client may`,
    );
  }
  // Some servers end it with a line feed.
  const text = withoutLineEnd(answer.body ?? "");
  if (gsub(text, "[^.]", "")[0] === "....") {
    return unexpected(`the JWT answer of ${server} is encrypted: configure this client for signed answers only`);
  }
  const [jws, malformed] = parseJws(text, MAX_LENGTH);
  if (jws === undefined) return unexpected(`the JWT answer of ${server} is refused: ${malformed ?? ""}`);
  const wrong = claimsFailure(call.question, jws);
  if (wrong !== undefined) return unexpected(`the JWT answer of ${server} is refused: ${wrong}`);
  const failure = signatureFailure(call, jws);
  if (failure !== undefined) return failure;
  return innerAnswer(call, server, answer, jws);
}

/** What is wrong with the JWT beside its signature; undefined: nothing. */
function claimsFailure(this: void, question: Question, jws: Jws): string | undefined {
  const { typ } = jws.header;
  const [form] = gsub(typeof typ === "string" ? lower(typ) : "", "^application/", "");
  // Never an access token or an ID token in its place (RFC 9701 section 8.1).
  if (form !== "token-introspection+jwt") return "its typ is not token-introspection+jwt";
  const { iss, aud, iat } = jws.payload;
  if (iss !== question.issuer) return "its iss is not the setting issuer";
  if (!isFor(aud, question.client_id)) return "its aud is not this client";
  if (typeof iat !== "number") return "its iat is no number";
  if (!(abs(ngx.time() - iat) <= CLOCK_DIFFERENCE))
    return `its iat is more than ${CLOCK_DIFFERENCE} s away from this clock`;
  return validityFailure(jws.payload);
}

/** The JWT's own times (RFC 7519 sections 4.1.4 and 4.1.5), which are not the token's. */
function validityFailure(this: void, payload: Cjson.JsonObject): string | undefined {
  const { exp, nbf } = payload;
  if (exp !== undefined && exp !== ngx.null) {
    if (typeof exp !== "number") return "its exp is no number";
    if (!(exp + TIME_LEEWAY > ngx.time())) return "its exp has passed";
  }
  if (nbf !== undefined && nbf !== ngx.null) {
    if (typeof nbf !== "number") return "its nbf is no number";
    if (!(nbf - TIME_LEEWAY <= ngx.time())) return "its nbf has not come";
  }
  return undefined;
}

function isFor(this: void, audience: Cjson.Value | undefined, client: string | undefined): boolean {
  if (client === undefined) return false;
  if (!isArray(audience)) return audience === client;
  for (const element of audience) {
    if (element === client) return true;
  }
  return false;
}

function innerAnswer(this: void, call: Call, server: string, answer: HttpAnswer, jws: Jws): Answer {
  const inner = jws.payload["token_introspection"];
  // The server's own text, so that both forms of an answer give the same claims.
  const text = memberText(jws.payloadText, "token_introspection");
  if (text === undefined || type(inner) !== "table" || isArray(inner)) {
    return unexpected(`the JWT answer of ${server} has no token_introspection`);
  }
  return readClaims(server, inner as Cjson.JsonObject, text, forbidsStoring(answer), elapsed(call));
}
