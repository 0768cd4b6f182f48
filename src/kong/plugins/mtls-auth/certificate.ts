/** The parts of the client's certificate of this TLS connection, as nginx gives them. Each costs microseconds: read them once a connection. */
import { encode_base64url } from "ngx.base64";
import { cert_pem_to_der } from "ngx.ssl";
import { new as newDigest } from "resty.openssl.digest";
import { attributeValue, readDistinguishedName } from "./distinguished-name";
import { headerValue } from "./header-value";
import type { HeaderSetting } from "./settings";

const { format, gsub, match, sub } = string;

/** Longest part of a subject's name that a log line shows, in bytes. */
const LOGGED_NAME = 256;

function subjectAttribute(kind: "commonName" | "organizationName"): string | undefined {
  const [names, problem] = readDistinguishedName(ngx.var.ssl_client_s_dn ?? "");
  if (names === undefined) {
    kong.log.warn("the subject's distinguished name cannot be read, its ", kind, " is left out: ", problem);
    return undefined;
  }
  return attributeValue(names, kind);
}

/** SHA-256 of the DER, base64url without padding (RFC 8705 section 3.1). */
function thumbprint(): string | undefined {
  const [der, unreadable] = cert_pem_to_der(clientCertificate());
  if (der === undefined) {
    kong.log.warn("the client certificate cannot be read, its thumbprint is left out: ", unreadable);
    return undefined;
  }
  const [digest, unavailable] = newDigest("sha256");
  if (digest === undefined) {
    kong.log.err("SHA-256 is not available, the certificate's thumbprint is left out: ", unavailable);
    return undefined;
  }
  const [hash, failure] = digest.final(der);
  if (typeof hash !== "string") {
    kong.log.err("SHA-256 failed, the certificate's thumbprint is left out: ", failure);
    return undefined;
  }
  return encode_base64url(hash);
}

/** OpenSSL breaks a serial number of more than 35 bytes into lines, with a backslash before each. */
function serialNumber(): string | undefined {
  const serial = ngx.var.ssl_client_serial;
  return serial === undefined ? undefined : gsub(serial, "\\\n", "")[0];
}

const parts: Readonly<Record<HeaderSetting, (this: void) => string | undefined>> = {
  upstream_cert_header: () => ngx.var.ssl_client_escaped_cert,
  upstream_cert_fingerprint_header: () => ngx.var.ssl_client_fingerprint,
  upstream_cert_fingerprint_sha256_header: thumbprint,
  upstream_cert_serial_header: serialNumber,
  upstream_cert_i_dn_header: () => ngx.var.ssl_client_i_dn,
  upstream_cert_s_dn_header: () => ngx.var.ssl_client_s_dn,
  upstream_cert_cn_header: () => subjectAttribute("commonName"),
  upstream_cert_org_header: () => subjectAttribute("organizationName"),
};

/**
 * The part of the certificate that belongs into this setting's header, safe to be a header value.
 * @returns undefined when the certificate has no such part.
 */
export function certificatePart(setting: HeaderSetting): string | undefined {
  const part = parts[setting]();
  return part === undefined || part === "" ? undefined : headerValue(part);
}

/** The client's own certificate, PEM; empty when there is none. */
export function clientCertificate(): string {
  return ngx.var.ssl_client_raw_cert ?? "";
}

/** When the certificate expires, seconds since the epoch; undefined when nginx does not say. */
export function certificateExpiry(): number | undefined {
  const [month, day, time, year] = match(ngx.var.ssl_client_v_end ?? "", "^(%a+) +(%d+) ([%d:]+) (%d+) GMT$");
  if (month === undefined) return undefined;
  // OpenSSL writes `Jan  1 00:00:00 2125 GMT`; of HTTP's form nginx reads what stands behind the day of the week.
  return ngx.parse_http_time(format(", %02d %s %s %s GMT", day, month, year, time));
}

/**
 * All certificates that the client sent, PEM, its own first.
 * @returns the empty string on a resumed TLS session: nobody kept them.
 */
export function certificatesSent(): LuaMultiReturn<[string] | [undefined, string]> {
  const [sent, problem] = kong.client.tls.get_full_client_certificate_chain();
  if (sent === undefined && problem !== undefined) return $multi(undefined, problem);
  return $multi(sent ?? "");
}

export function sessionIsResumed(): boolean {
  return ngx.var.ssl_session_reused === "r";
}

/** The subject's distinguished name for a log line: nginx escapes what is not printable, and this shortens it. */
export function subjectForLog(): string {
  const subject = ngx.var.ssl_client_s_dn ?? "";
  return subject.length > LOGGED_NAME ? `${sub(subject, 1, LOGGED_NAME)}...` : subject;
}
