import type { Configuration } from "./configuration";
import type { HeaderToSet } from "./decision";
import { normalisedName } from "./header-name";

const { gmatch, lower } = string;
const clearHeader = ngx.req.clear_header;
const setHeader = ngx.req.set_header;

/** All headers of the request. The PDK's limit of 1000 could be overrun to hide one. */
export function listHeaders(): OpenResty.Headers {
  const [headers] = ngx.req.get_headers(0);
  return headers;
}

/** Takes off the request whatever the client sent under the names of our headers, in every spelling. */
export function clearSpoofed(configuration: Configuration, sent: OpenResty.Headers): void {
  for (const name in sent) {
    if (configuration.names.has(normalisedName(name))) clearHeader(name);
  }
}

function namesOurs(configuration: Configuration, connection: string): boolean {
  const small = lower(connection);
  if (small === "keep-alive" || small === "close") return false;
  for (const [option] of gmatch(small, "[^%s,]+")) {
    if (option !== undefined && configuration.names.has(normalisedName(option))) return true;
  }
  return false;
}

/**
 * Whether the Connection header (RFC 9110 section 7.6.1) names a header that we set: after all plugins Kong removes what it names, so that a
 * client could take our headers away.
 */
export function connectionNamesOurs(configuration: Configuration, sent: OpenResty.Headers): boolean {
  const connection = sent.connection;
  if (connection === undefined) return false;
  if (typeof connection === "string") return namesOurs(configuration, connection);
  for (const value of connection) {
    if (namesOurs(configuration, value)) return true;
  }
  return false;
}

/**
 * Tells the upstream service of the certificate. By nginx's function and not the PDK's, which asks of each header what is known of all of them: that this
 * is the access phase, that they are texts and not empty, and that none is Host or `:authority` (the schema refuses those).
 */
export function setHeaders(headers: readonly HeaderToSet[]): void {
  for (const { name, value } of headers) setHeader(name, value);
}
