import * as semaphores from "ngx.semaphore";
import { unavailable, unexpected } from "./answer";
import type { Answer, Failure } from "./answer";
import { breakerClose, breakerFail } from "./breaker";
import { elapsed, newCall } from "./call";
import type { Call } from "./call";
import { authenticate } from "./client-authentication";
import { encodeForm } from "./form-encoding";
import { exchange, late } from "./http-exchange";
import type { HttpRequest } from "./http-exchange";
import { givePlaceBack } from "./in-flight";
import { readJsonAnswer, readRefusal } from "./introspection-answer";
import { printable } from "./printable";
import { REFERENCEABLE } from "./question";
import type { Question } from "./question";
import { parseUrl } from "./url";
import type { Url } from "./url";

const max = math.max;
const now = ngx.now;

/**
 * Asks the authorization server whether a token is active (RFC 7662), with everything that takes: discovery, keys, retries.
 *
 * The call runs in a light thread that is ended at the deadline, for the network's time-outs start anew with each byte. Phases: those that may
 * wait. Never raises.
 * @param token as it was presented.
 * @param deadline seconds since the epoch.
 */
export function introspectWithin(this: void, question: Question, token: string, deadline: number): Answer {
  const call = newCall(question, deadline);
  return runWithin(call, () => introspect(call, token));
}

/** Runs a call in a light thread of its own, until its deadline, and draws up the accounts afterwards, however it ended. */
export function runWithin(this: void, call: Call, run: (this: void) => Answer): Answer {
  const [done] = semaphores.new();
  if (done === undefined) return unexpected("no semaphore");
  let answer: Answer | undefined;
  const thread = ngx.thread.spawn(() => {
    const [good, outcome] = pcall(run);
    answer = good ? (outcome as Answer) : unexpected("error in the plugin: " + printable(tostring(outcome)));
    done.post();
  });
  if (answer === undefined) done.wait(max(0, call.deadline - now()));
  const ended = answer as Answer | undefined;
  if (ended === undefined) ngx.thread.kill(thread);
  else ngx.thread.wait(thread);
  settle(call);
  return ended ?? late(call, call.server).failure;
}

function settle(this: void, call: Call): void {
  for (const [server, place] of pairs(call.places)) givePlaceBack(server, place);
  for (const [server, answered] of pairs(call.asked)) {
    if (answered) breakerClose(call.question, server);
    else breakerFail(call.question, server);
  }
}

function introspect(this: void, call: Call, token: string): Answer {
  const { question } = call;
  for (const name of REFERENCEABLE) {
    if (question[name] === "") return unexpected(`${name} is empty: its reference to a vault could not be resolved`);
  }
  const [url, failure] = endpointOf(call);
  if (url === undefined) return failure ?? unexpected("no endpoint");
  const [answer, trouble] = exchange(call, url, () => introspectionRequest(question, token));
  if (answer === undefined) return trouble ?? unavailable("no answer");
  if (answer.status !== 200) return readRefusal(url.server, answer, elapsed(call));
  return readJsonAnswer(url.server, answer, elapsed(call));
}

function endpointOf(this: void, call: Call): LuaMultiReturn<[Url] | [undefined, Failure]> {
  const endpoint = call.question.introspection_endpoint;
  if (endpoint === undefined) return $multi(undefined, unexpected("introspection_endpoint is not set"));
  const [url, wrong] = parseUrl(endpoint);
  if (url === undefined) return $multi(undefined, unexpected("introspection_endpoint " + (wrong ?? "")));
  return $multi(url);
}

/** RFC 7662 section 2.1: a form, with the token as it was presented. */
function introspectionRequest(this: void, question: Question, token: string): LuaMultiReturn<[HttpRequest] | [undefined, Failure]> {
  const headers = new LuaTable<string, string>();
  const form = new LuaTable<string, string>();
  for (const [name, value] of pairs(question.introspection_headers ?? {})) headers.set(name, value);
  for (const [name, value] of pairs(question.introspection_args ?? {})) form.set(name, value);
  headers.set("Accept", question.introspection_accept);
  headers.set("Content-Type", "application/x-www-form-urlencoded");
  form.set("token", token);
  const [authenticated, wrong] = authenticate(question, headers, form);
  if (authenticated === undefined) return $multi(undefined, unexpected(wrong ?? ""));
  return $multi({ method: "POST", headers, body: encodeForm(form) });
}
