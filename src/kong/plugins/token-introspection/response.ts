import { eachMatch } from "./text";

const lower = string.lower;
const match = string.match;
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

/** A Cache-Control with `private`, and without what would let shared caches keep the answer. */
export function privateCacheControl(this: void, value: string): string {
  const kept = ["private"];
  for (const directive of eachMatch(value, "[^,]+")) {
    const [trimmed] = match(directive, "^%s*(.-)%s*$");
    const name = lower(match(trimmed ?? "", "^[^=]*")[0] ?? "");
    if (trimmed !== undefined && trimmed !== "" && name !== "public" && name !== "private" && name !== "s-maxage") kept.push(trimmed);
  }
  return concat(kept, ", ");
}

/** Completes the answer's headers. */
export function finishResponse(this: void): void {
  const added = (ngx.ctx as Context).token_introspection;
  if (added === undefined) return;
  if (added.nonce !== undefined) kong.response.set_header("DPoP-Nonce", added.nonce);
  if (added.private === true) {
    const value = ngx.header["Cache-Control"];
    const text = typeof value === "object" ? concat(value as string[], ", ") : (value ?? "");
    kong.response.set_header("Cache-Control", privateCacheControl(tostring(text)));
  }
}
