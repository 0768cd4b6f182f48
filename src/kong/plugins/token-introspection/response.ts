import { trim } from "./text";

const lower = string.lower;
const match = string.match;
const sub = string.sub;
const concat = table.concat;

/** What the plugin adds to the answer, whoever gives it. */
interface Additions {
  /** The token came in the query: no shared cache may keep the answer (RFC 6750 section 2.3). */
  private?: boolean;
  /** A fresh nonce for the client's next DPoP proof (RFC 9449 section 8.2). */
  nonce?: string;
}

interface Context {
  token_introspection?: Additions;
}

function additions(this: void): Additions {
  const context = ngx.ctx as Context;
  const known = context.token_introspection;
  if (known !== undefined) return known;
  const made: Additions = {};
  context.token_introspection = made;
  return made;
}

/** Marks the answer as private to the client. */
export function keepPrivate(this: void): void {
  additions().private = true;
}

/** Gives the client a nonce along with the answer. */
export function giveNonce(this: void, nonce: string): void {
  additions().nonce = nonce;
}

/** The end of the directive that begins at a position: the next comma that stands in no quoted string. */
function endOfDirective(this: void, value: string, start: number): number {
  let quoted = false;
  let position = start;
  while (position <= value.length) {
    const character = sub(value, position, position);
    if (character === '"') quoted = !quoted;
    else if (character === "\\" && quoted) position++;
    else if (character === "," && !quoted) return position;
    position++;
  }
  return position;
}

/** A Cache-Control with `private`, and without what would let shared caches keep the answer (RFC 9111 section 5.2.2). */
export function privateCacheControl(this: void, value: string): string {
  const kept = ["private"];
  let start = 1;
  while (start <= value.length) {
    const end = endOfDirective(value, start);
    const directive = trim(sub(value, start, end - 1));
    const name = lower(match(directive, "^[^=%s]*")[0] ?? "");
    if (name !== "" && name !== "public" && name !== "private" && name !== "s-maxage") kept.push(directive);
    start = end + 1;
  }
  return concat(kept, ", ");
}

/** The settings by which the plugin may have something to add to answers. */
interface AddingSettings {
  readonly token_query_arg?: string | undefined;
  readonly dpop: "off" | "when_bound" | "required";
  readonly dpop_nonce: boolean;
}

/** Whether any of the configurations may have something to add to answers. */
export function completesResponses(this: void, configs: readonly AddingSettings[] | undefined): boolean {
  for (const { token_query_arg: queryArgument, dpop, dpop_nonce: nonce } of configs ?? []) {
    if (queryArgument !== undefined || (nonce && dpop !== "off")) return true;
  }
  return false;
}

/**
 * Completes the answer's headers.
 * @param givesNonces the configuration gives clients nonces.
 */
export function finishResponse(this: void, givesNonces: boolean): void {
  const added = (ngx.ctx as Context).token_introspection;
  // With an answer that Kong's proxy-cache kept comes the nonce of the client that it was given to.
  if (givesNonces && kong.ctx.shared.proxy_cache_hit !== undefined) kong.response.clear_header("DPoP-Nonce");
  if (added === undefined) return;
  if (added.nonce !== undefined) {
    kong.response.set_header("DPoP-Nonce", added.nonce);
    // RFC 9449 section 8.2: a nonce is for this client alone.
    kong.response.set_header("Cache-Control", "no-store");
  } else if (added.private === true) {
    const value = ngx.header["Cache-Control"];
    const text = typeof value === "object" ? concat(value as string[], ", ") : (value ?? "");
    kong.response.set_header("Cache-Control", privateCacheControl(tostring(text)));
  }
}
