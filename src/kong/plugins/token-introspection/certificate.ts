/**
 * The caller's certificate: that of the TLS handshake, or of a header that a trusted proxy set.
 *
 * Possession is proved by the handshake, whoever issued the certificate (S15): what nginx thinks of the chain (`ssl_client_verify`) is not
 * asked here.
 */
import { MAX_HEADER_LENGTH, pemThumbprint, readCertificateHeader } from "./certificate-header";
import type { CertificateHeaderFormat } from "./certificate-header";
import type { Memo } from "./memo";
import { createMemo, recall, remember } from "./memo";
import { isPeerTrusted } from "./peer";

const gsub = string.gsub;
const lower = string.lower;

/** The settings that say where the certificate is. */
export interface CertificateSettings {
  /** Name of the header in which a trusted proxy passes the certificate; undefined: only the handshake counts. */
  certificate_header?: string | undefined;
  certificate_header_format: CertificateHeaderFormat;
}

type Result = LuaMultiReturn<[string | undefined, (string | undefined)?]>;

/**
 * Thumbprints of handshakes by the connection's serial number, which nginx never gives twice; false: no certificate. nginx neither
 * renegotiates nor asks for a certificate later, so a connection keeps its certificate.
 */
const ofConnection: Memo<string | false> = createMemo(4096, 65536);

/** Thumbprints of headers by their text, apart for each format. Only what a trusted proxy sent, and what was good, is remembered. */
const ofHeader = new LuaTable<CertificateHeaderFormat, Memo<string>>();
for (const format of ["auto", "pem_urlencoded", "rfc9440", "xfcc", "der_base64"] as const) {
  ofHeader.set(format, createMemo(1024, 2097152));
}

/** How a header is spelled in a table of headers: in lower case, with `-`. */
const normalisedNames: Memo<string> = createMemo(256, 65536);

function normalise(this: void, name: string): string {
  const known = recall(normalisedNames, name);
  if (known !== undefined) return known;
  const [normalised] = gsub(lower(name), "_", "-");
  remember(normalisedNames, name, normalised);
  return normalised;
}

/**
 * The value of a header that a trusted proxy sets. The proxy spells it as the setting does: what comes in another spelling (`_` for `-`), which
 * proxies let through, the client wrote.
 *
 * @param headers as `ngx.req.get_headers(0)` gives them: names in lower case.
 * @returns undefined when absent, the value, or false when it is there more than once, or in another spelling.
 */
function singleHeader(this: void, headers: OpenResty.Headers, name: string): string | false | undefined {
  const wanted = normalise(name);
  const length = wanted.length;
  const spelled = lower(name);
  let value: string | undefined;
  for (const spelling in headers) {
    if (spelling.length === length && (spelling === wanted || gsub(spelling, "_", "-")[0] === wanted)) {
      const found = headers[spelling];
      if (spelling !== spelled || typeof found !== "string") return false;
      value = found;
    }
  }
  return value;
}

function headerThumbprint(this: void, value: string, format: CertificateHeaderFormat): Result {
  // An over-long text is not even looked up.
  if (value.length > MAX_HEADER_LENGTH)
    return $multi(undefined, `the certificate header is refused: it is longer than ${MAX_HEADER_LENGTH} bytes`);
  const memo = ofHeader.get(format);
  const known = recall(memo, value);
  if (known !== undefined) return $multi(known);
  const [thumbprint, cause] = readCertificateHeader(value, format);
  if (thumbprint === undefined) return $multi(undefined, `the certificate header is refused: ${cause ?? ""}`);
  remember(memo, value, thumbprint);
  return $multi(thumbprint);
}

/** @param connection whose handshake is not known yet. */
function readHandshake(this: void, connection: string): Result {
  const pem = ngx.var.ssl_client_raw_cert;
  if (pem === undefined || pem === "") {
    remember(ofConnection, connection, false);
    return $multi(undefined);
  }
  const [thumbprint, cause] = pemThumbprint(pem);
  if (thumbprint === undefined)
    return $multi(undefined, `the certificate of the TLS handshake is refused: ${cause ?? ""}`);
  remember(ofConnection, connection, thumbprint);
  return $multi(thumbprint);
}

function handshakeThumbprint(this: void): Result {
  const connection = ngx.var.connection;
  const known = recall(ofConnection, connection);
  if (known === undefined) return readHandshake(connection);
  return $multi(known === false ? undefined : known);
}

/**
 * Thumbprint of the caller's certificate (RFC 8705 §3.1).
 *
 * From a trusted peer the header, when present, wins over the handshake, for the proxy may have a certificate of its own; an empty header is
 * the proxy's word that there is none. From anybody else the header is never read.
 *
 * @param headers as `ngx.req.get_headers(0)` gives them.
 * @returns base64url SHA-256; undefined alone when there is no certificate; undefined and why a certificate that is there is refused.
 */
function clientThumbprint(this: void, headers: OpenResty.Headers, settings: CertificateSettings): Result {
  const name = settings.certificate_header;
  if (name !== undefined && isPeerTrusted()) {
    const value = singleHeader(headers, name);
    if (value === false)
      return $multi(undefined, "the certificate header is refused: it is there more than once, or in another spelling");
    if (value === "") return $multi(undefined);
    if (value !== undefined) return headerThumbprint(value, settings.certificate_header_format);
  }
  return handshakeThumbprint();
}

export { clientThumbprint };
