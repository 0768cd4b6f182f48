/** An exchange with a server: whether it may be asked, and how often. */
import type { ConnectOptions } from "resty.http";
import { unavailable, unexpected } from "./answer";
import type { Failure } from "./answer";
import { breakerGiveBack, breakerRefuses } from "./breaker";
import { type Call, isOver, overdue } from "./call";
import { type HttpAnswer, type HttpRequest, attempt } from "./http-attempt";
import { connectOptions } from "./http-connection";
import { givePlaceBack, takePlace } from "./in-flight";
import type { Url } from "./url";

const now = ngx.now;

/** Makes the request anew for each attempt: an assertion is used once. */
export type RequestMaker = (this: void) => LuaMultiReturn<[HttpRequest] | [undefined, Failure]>;

type ExchangeResult = LuaMultiReturn<[HttpAnswer] | [undefined, Failure]>;

/** The breaker's word on a call, which it gives once: who has discovered as the probe may introspect too. */
function mayAsk(this: void, call: Call, server: string): ReturnType<typeof breakerRefuses> {
  if (call.asked.has(server)) return $multi(undefined, false);
  const [wait, probing] = breakerRefuses(call.question, server, call.deadline - now());
  if (!probing || !call.background) return $multi(wait, probing);
  breakerGiveBack(call.question, server);
  return $multi(1, false);
}

/**
 * Lets a call to a server begin, where there is a place for it and the circuit breaker lets it.
 * @returns its place, to be given back, and whether it is the breaker's probe; or undefined and why not.
 */
function enter(
  this: void,
  call: Call,
  server: string,
): LuaMultiReturn<[number, boolean] | [undefined, undefined, Failure]> {
  const place = takePlace(server, call.deadline);
  if (place === undefined) {
    const cause = `too many calls to ${server} are under way in this worker: it is too slow for what is asked of it`;
    return $multi(undefined, undefined, unavailable(cause, 1));
  }
  call.places.set(server, place);
  const [wait, probing] = mayAsk(call, server);
  if (wait !== undefined) {
    leave(call, server, place);
    const cause = `${server} gave no answers lately and is not asked for a moment (circuit breaker)`;
    return $multi(undefined, undefined, unavailable(cause, wait));
  }
  return $multi(place, probing);
}

function leave(this: void, call: Call, server: string, place: number): void {
  call.places.delete(server);
  givePlaceBack(server, place);
}

/** Asks until there is an answer, or no attempt is left. */
function ask(this: void, call: Call, url: Url, options: ConnectOptions, makeRequest: RequestMaker): ExchangeResult {
  const { question } = call;
  const { server } = url;
  let retries = 0;
  call.fresh = false;
  while (true) {
    const [request, failure] = makeRequest();
    if (request === undefined) return $multi(undefined, failure ?? unexpected("the request could not be made"));
    call.url = url;
    call.status = undefined;
    // What counts for the breaker is the last attempt: a server can have answered for its metadata, and hang now.
    call.asked.set(server, false);
    const [answer, miss] = attempt(call, url, options, request, question.retries - retries);
    if (answer !== undefined) return $multi(answer);
    const again = miss !== undefined && !isOver(call) && miss.repeat !== "never";
    if (!again || (miss.repeat === "counted" && retries >= question.retries))
      return $multi(undefined, miss?.failure ?? unexpected("the attempt came to nothing"));
    if (miss.repeat === "counted") {
      retries++;
    } else {
      // The other kept ones may be as dead as this one. Nothing is kept under this name.
      call.fresh = true;
      options.pool = `${options.pool ?? ""}:fresh`;
    }
  }
}

/** Asks a server, once or again. Never raises for what the server or the network do. */
export function exchange(this: void, call: Call, url: Url, makeRequest: RequestMaker): ExchangeResult {
  const { server } = url;
  if (isOver(call)) return $multi(undefined, overdue(call));
  const [options, wrong] = connectOptions(call, url);
  if (options === undefined) return $multi(undefined, unexpected(wrong ?? ""));
  // Until something is asked: a span, and those who wait, are told of what was.
  call.url = undefined;
  const [place, probing, refused] = enter(call, server);
  if (place === undefined) return $multi(undefined, refused as Failure);
  const [answer, failure] = ask(call, url, options, makeRequest);
  // A probe that did not come to the server, for a reason of ours, has found nothing out.
  if (probing && !call.asked.has(server)) breakerGiveBack(call.question, server);
  leave(call, server, place);
  if (answer === undefined) return $multi(undefined, failure as Failure);
  return $multi(answer);
}
