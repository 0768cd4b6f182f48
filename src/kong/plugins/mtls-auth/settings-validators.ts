import { new as newX509 } from "resty.openssl.x509";
import { normalisedName } from "./header-name";

const { find, gsub, sub } = string;

/**
 * Headers with a meaning of their own for nginx, for Kong or for HTTP itself, in lower case: a certificate's part there would break the
 * request, be removed again, or pass for somebody else's word.
 */
const reserved = new LuaSet<string>();
for (const name of [
  "authorization",
  "connection",
  "content-encoding",
  "content-length",
  "content-type",
  "cookie",
  "expect",
  "forwarded",
  "host",
  "keep-alive",
  "proxy",
  "proxy-authorization",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
  "via",
  "x-anonymous-consumer",
  "x-authenticated-groups",
  "x-credential-identifier",
  "x-credential-username",
  // Those that Kong sets; X-Forwarded-Client-Cert and the like are free.
  "x-forwarded-for",
  "x-forwarded-host",
  "x-forwarded-path",
  "x-forwarded-port",
  "x-forwarded-prefix",
  "x-forwarded-proto",
  "x-real-ip",
]) {
  reserved.add(name);
}

const reservedPrefixes = ["x-kong-", "x-consumer-"];

function isReserved(name: string): boolean {
  const normalised = normalisedName(name);
  if (reserved.has(normalised)) return true;
  for (const prefix of reservedPrefixes) {
    if (sub(normalised, 1, prefix.length) === prefix) return true;
  }
  return false;
}

/** A header that the plugin may set: letters, digits, `-` and `_`, and none that means something else. */
export function checkHeaderName(name: string): Kong.ValidatorResult {
  const [token] = find(name, "^[%w_-]+$");
  if (token === undefined) return $multi(undefined, "must be a header name: letters, digits, '-' and '_'");
  if (isReserved(name)) return $multi(undefined, `must not be '${name}', which has another meaning`);
  return $multi(true);
}

/** One certificate authority's certificate in PEM. An expired one is let in: otherwise Kong would not start on the day after. */
export function checkCaCertificate(pem: string): Kong.ValidatorResult {
  const [, count] = gsub(pem, "%-%-%-%-%-BEGIN CERTIFICATE%-%-%-%-%-", "");
  // A key would lie in the configuration for everybody to read.
  const [, blocks] = gsub(pem, "%-%-%-%-%-BEGIN ", "");
  if (count !== 1 || blocks !== 1) return $multi(undefined, "must be one certificate in PEM, and nothing else");
  const [certificate] = newX509(pem, "PEM");
  if (certificate === undefined) return $multi(undefined, "must be one certificate in PEM: this one cannot be read");
  const [authority] = certificate.get_basic_constraints("ca");
  if (authority !== true)
    return $multi(undefined, "must be a certificate authority's certificate (basic constraint CA)");
  return $multi(true);
}
