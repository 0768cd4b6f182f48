import type { Source } from "./cache";
import type { Refusal } from "./refusal";
import type { Standing } from "./standing";

/** What Kong's log serializer shows of a request under `token_introspection`. */
interface Report {
  readonly outcome: "allowed" | "anonymous" | "refused";
  readonly cache?: Source;
  /** Milliseconds that the authorization server took, when it was asked. */
  readonly server_latency?: number | undefined;
  readonly client_id?: string | undefined;
  readonly sub?: string | undefined;
  readonly reason?: string;
  readonly cause?: string;
}

const KEY = "token_introspection";

function show(this: void, report: Report): void {
  kong.log.set_serialize_value(KEY, report as object as Kong.SerializableValue);
}

/** Tells Kong's logs that a request passed. Each request has a report of its own, for other plugins can add to what is logged. */
export function reportAllowed(this: void, standing: Standing, source: Source, latency: number | undefined): void {
  const { clientId, subject } = standing;
  // Four members, as on a hit, take half the memory of five.
  if (latency === undefined) return show({ outcome: "allowed", cache: source, client_id: clientId, sub: subject });
  show({ outcome: "allowed", cache: source, server_latency: latency, client_id: clientId, sub: subject });
}

/** Tells Kong's logs that a request passed without a token, or as the anonymous consumer. @param refusal why it had to be the latter. */
export function reportAnonymous(this: void, refusal: Refusal): void {
  show({ outcome: "anonymous", reason: refusal.code, cause: refusal.cause });
}

/** Tells Kong's logs and nginx's that a request was refused, and why. */
export function reportRefused(this: void, refusal: Refusal): void {
  show({ outcome: "refused", reason: refusal.code, cause: refusal.cause });
  const text = "refused (" + refusal.code + "): " + refusal.cause;
  if (refusal.code === "unexpected") kong.log.err(text);
  else if (refusal.code === "unavailable") kong.log.warn(text);
  else if (refusal.code === "no_credentials") kong.log.info(text);
  else kong.log.notice(text);
}
