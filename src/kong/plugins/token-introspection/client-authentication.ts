import { ASSERTION_TYPE, makeAssertion } from "./client-assertion";
import { formEncode } from "./form-encoding";
import type { Question } from "./question";
import type { Url } from "./url";

const find = string.find;

/** Whether our credentials could be added; else what is wrong with them, without any part of them. */
type Verdict = LuaMultiReturn<[true] | [undefined, string]>;

/**
 * Adds to an introspection request what proves who we are (RFC 7662 section 2.1), in one place only (RFC 6749 section 2.3).
 * @param headers of the request.
 * @param form its parameters.
 * @param url of the endpoint; without an issuer a signed assertion is for it.
 */
export function authenticate(
  this: void,
  question: Question,
  headers: LuaTable<string, string>,
  form: LuaTable<string, string>,
  url: Url,
): Verdict {
  const id = question.client_id;
  if (question.client_auth === "client_secret_basic") return basic(question, headers);
  if (question.client_auth === "bearer") return bearer(question.bearer_token, headers);
  if (question.client_auth === "none") {
    if (id !== undefined) form.set("client_id", id);
    return $multi(true);
  }
  if (id === undefined) return $multi(undefined, "client_id is not set");
  form.set("client_id", id);
  if (question.client_auth === "client_secret_post") {
    if (question.client_secret === undefined) return $multi(undefined, "client_secret is not set");
    form.set("client_secret", question.client_secret);
    return $multi(true);
  }
  if (question.client_auth === "tls_client_auth") {
    if (question.client_certificate === undefined)
      return $multi(undefined, "client_certificate and client_key are not set");
    if (url.scheme !== "https")
      return $multi(
        undefined,
        "client_auth tls_client_auth needs an https endpoint: the certificate is shown in the TLS handshake",
      );
    return $multi(true);
  }
  const [assertion, wrong] = makeAssertion(question, question.issuer ?? url.text);
  if (assertion === undefined) return $multi(undefined, wrong);
  form.set("client_assertion_type", ASSERTION_TYPE);
  form.set("client_assertion", assertion);
  return $multi(true);
}

/** RFC 6749 section 2.3.1: id and secret are form-encoded before they are joined, so that a colon in the id cannot move the border. */
function basic(this: void, question: Question, headers: LuaTable<string, string>): Verdict {
  const { client_id: id, client_secret: secret } = question;
  if (id === undefined || secret === undefined)
    return $multi(undefined, "client_id and client_secret are not both set");
  headers.set("Authorization", "Basic " + ngx.encode_base64(formEncode(id) + ":" + formEncode(secret)));
  return $multi(true);
}

function bearer(this: void, token: string | undefined, headers: LuaTable<string, string>): Verdict {
  if (token === undefined) return $multi(undefined, "bearer_token is not set");
  // A vault's file often ends in a line feed, which would end the header too.
  if (find(token, "[^!-~]")[0] !== undefined)
    return $multi(undefined, "bearer_token holds a space, a line end or a character beyond ASCII");
  headers.set("Authorization", "Bearer " + token);
  return $multi(true);
}
