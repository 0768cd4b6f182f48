/** The traps of the resty.* modules and cjson. Compiled, never run. */
import * as cjson from "cjson.safe";
import * as http from "resty.http";
import * as resty_lock from "resty.lock";
import * as lrucache from "resty.lrucache";
import * as digest from "resty.openssl.digest";
import * as pkey from "resty.openssl.pkey";
import * as x509 from "resty.openssl.x509";
import * as sha256 from "resty.sha256";
import table_clear = require("table.clear");
import table_new = require("table.new");

export function fetch(this: void, url: string): string | undefined {
  const [client, clientError] = http.new();
  if (client === undefined) {
    assertType<Equal<typeof clientError, string>>();
    return undefined;
  }
  client.set_timeouts(1000, 1000, 1000);
  const [response, err] = client.request_uri(url, {
    method: "POST",
    body: "token=a",
    headers: { "Content-Type": "application/x-www-form-urlencoded" },
    ssl_verify: true,
    ssl_server_name: undefined,
  });
  if (response === undefined) {
    assertType<Equal<typeof err, string>>();
    return undefined;
  }
  assertType<Equal<typeof response.body, string>>();
  assertType<Equal<typeof response.status, number>>();
  const type = response.headers["Content-Type"];
  assertType<Equal<typeof type, string | string[] | undefined>>();
  // @ts-expect-error certificates are cdata, not text
  client.request_uri(url, { ssl_client_cert: "PEM" });
  const { close } = client;
  // @ts-expect-error the method lost its table
  close();
  return response.body;
}

// `request` has not read the body yet.
export function stream(this: void, client: http.HttpClient): void {
  const [response] = client.request({ path: "/" });
  if (response !== undefined) {
    // @ts-expect-error use body_reader or read_body
    response.body;
    const [text, err, partial] = response.read_body();
    assertType<Equal<typeof text, string | undefined>>();
    assertType<Equal<typeof err, string | undefined>>();
    assertType<Equal<typeof partial, string | undefined>>();
  }
}

// Decoded JSON can be null, and null is no undefined.
export function scope(this: void, text: string): string | undefined {
  const [value, err] = cjson.decode(text);
  if (value === undefined) {
    assertType<Equal<typeof err, string>>();
    return undefined;
  }
  // @ts-expect-error may be anything
  value.scope;
  const object = value as Cjson.JsonObject;
  const member = object["scope"];
  assertType<Equal<typeof member, Cjson.Value | undefined>>();
  return typeof member === "string" ? member : undefined;
}
assertType<Equal<typeof cjson.null, OpenResty.Null>>();

// A digest fails with false in places, which is no undefined.
export function thumbprint(this: void, der: string): string | undefined {
  const [hash] = digest.new("sha256");
  if (hash === undefined) return undefined;
  const [bytes] = hash.final(der);
  assertType<Equal<typeof bytes, string | false | undefined>>();
  return typeof bytes === "string" ? bytes : undefined;
}

const [certificate] = x509.new("", "PEM");
if (certificate !== undefined) {
  const [serial] = certificate.get_serial_number();
  assertType<Equal<typeof serial, RestyOpenssl.Bn | false | undefined>>();
  const { digest: certificateDigest } = certificate;
  // @ts-expect-error the method lost its table
  certificateDigest("sha256");
}

const [key] = pkey.new("{}", { format: "JWK" });
// @ts-expect-error no such format
pkey.new("{}", { format: "JWKS" });
const verified = key?.verify("signature", "data", "sha256", pkey.PADDINGS.RSA_PKCS1_PSS_PADDING, {
  ecdsa_use_raw: true,
});

// A stale value is not the value.
const [cache] = lrucache.new<{ a: number }>(100);
if (cache !== undefined) {
  const [fresh, stale] = cache.get("key");
  assertType<Equal<typeof fresh, { a: number } | undefined>>();
  assertType<Equal<typeof stale, { a: number } | undefined>>();
  // @ts-expect-error another type
  cache.set("key", "value");
}

const [lock] = resty_lock.new("kong_locks", { timeout: 0 });
if (lock !== undefined) {
  const [waited, lockError] = lock.lock("key");
  assertType<Equal<typeof waited, number | undefined>>();
  assertType<Equal<typeof lockError, string | undefined>>();
}

const hash = sha256.new();
// @ts-expect-error may be undefined
hash.update("a");

const tab = table_new<Record<string, string>>(0, 4);
table_clear(tab);

export { verified };
