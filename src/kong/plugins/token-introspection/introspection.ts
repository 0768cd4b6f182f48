import { unavailable, unexpected } from "./answer";
import type { Answer, Failure } from "./answer";
import { elapsed, newCall } from "./call";
import type { Call } from "./call";
import { authenticate } from "./client-authentication";
import { discoverEndpoint, rediscover } from "./discovery";
import { encodeForm } from "./form-encoding";
import { exchange } from "./http-exchange";
import type { HttpAnswer, HttpRequest } from "./http-attempt";
import { readJsonAnswer, readRefusal } from "./introspection-answer";
import { readJwtAnswer } from "./jwt-answer";
import { REFERENCEABLE } from "./question";
import type { Question } from "./question";
import { parseUrl, serverName } from "./url";
import type { Url } from "./url";
import { runWithin } from "./within";

/**
 * Asks the authorization server whether a token is active (RFC 7662), with everything that takes: discovery, keys, retries.
 *
 * The call runs in a light thread that is ended at the deadline, for the network's time-outs start anew with each byte. Phases: those that may
 * wait. Never raises.
 * @param token as it was presented.
 * @param deadline seconds since the epoch.
 */
export function introspectWithin(this: void, question: Question, token: string, deadline: number): Answer {
  const call = newCall(question, deadline, false);
  const answer = runWithin<Answer>(call, () => introspect(call, token));
  const { url } = call;
  if (url !== undefined) answer.asked = { address: serverName(url), port: url.port, status: call.status };
  return answer;
}

function introspect(this: void, call: Call, token: string): Answer {
  const { question } = call;
  for (const name of REFERENCEABLE) {
    if (question[name] === "") return unexpected(`${name} is empty: its reference to a vault could not be resolved`);
  }
  const discovered = question.introspection_endpoint === undefined;
  const [url, failure] = discovered ? discoverEndpoint(call) : configuredEndpoint(question);
  if (url === undefined) return failure ?? unexpected("no endpoint");
  const [httpAnswer, trouble] = exchange(call, url, () => introspectionRequest(question, url, token));
  const answer = httpAnswer === undefined ? (trouble ?? unavailable("no answer")) : read(call, url, httpAnswer);
  // The endpoint may have moved, unless it was not even asked.
  if (discovered && call.url !== undefined && mayHaveMoved(answer, httpAnswer?.status)) rediscover(question);
  return answer;
}

/** What the server's answer means. */
function read(this: void, call: Call, url: Url, answer: HttpAnswer): Answer {
  if (answer.status !== 200) return readRefusal(url.server, answer, elapsed(call));
  if (call.question.introspection_accept === "application/json")
    return readJsonAnswer(url.server, answer, elapsed(call));
  return readJwtAnswer(call, url.server, answer);
}

/** Whether an answer is none that an introspection endpoint gives, or none at all. These two are one's: it refuses our request or our credentials. */
function mayHaveMoved(this: void, answer: Answer, status: number | undefined): boolean {
  const isAnswer = answer.kind === "active" || answer.kind === "inactive";
  return !isAnswer && status !== 400 && status !== 401;
}

/** The configured endpoint always wins over the issuer's metadata. */
function configuredEndpoint(this: void, question: Question): LuaMultiReturn<[Url] | [undefined, Failure]> {
  // Not left to the schema: it may have come from a vault.
  const [url, wrong] = parseUrl(question.introspection_endpoint ?? "");
  if (url === undefined) return $multi(undefined, unexpected("introspection_endpoint " + (wrong ?? "")));
  return $multi(url);
}

/** RFC 7662 section 2.1: a form, with the token as it was presented. */
function introspectionRequest(
  this: void,
  question: Question,
  url: Url,
  token: string,
): LuaMultiReturn<[HttpRequest] | [undefined, Failure]> {
  const headers = new LuaTable<string, string>();
  const form = new LuaTable<string, string>();
  for (const [name, value] of pairs(question.introspection_headers ?? {})) headers.set(name, value);
  for (const [name, value] of pairs(question.introspection_args ?? {})) form.set(name, value);
  headers.set("Accept", question.introspection_accept);
  headers.set("Content-Type", "application/x-www-form-urlencoded");
  form.set("token", token);
  const [authenticated, wrong] = authenticate(question, headers, form, url);
  if (authenticated === undefined) return $multi(undefined, unexpected(wrong ?? ""));
  return $multi({ method: "POST", headers, body: encodeForm(form) });
}
