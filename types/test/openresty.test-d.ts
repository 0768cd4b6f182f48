/** The traps of `ngx` and the ngx.* modules. Compiled, never run. */
import * as base64 from "ngx.base64";
import * as semaphore from "ngx.semaphore";
import * as ssl from "ngx.ssl";

// Variables are text or nil, and can be set.
const certificate = ngx.var.ssl_client_raw_cert;
assertType<Equal<typeof certificate, string | undefined>>();
const unknown = ngx.var["http_x_foo"];
assertType<Equal<typeof unknown, string | undefined>>();
ngx.var["upstream_host"] = "example.com";
// @ts-expect-error a variable is text
ngx.var["upstream_host"] = 1;
// @ts-expect-error nginx gives the connection number as text
const connection: number = ngx.var.connection;

// null is a value of its own.
// @ts-expect-error null is no undefined
const nothing: undefined = ngx.null;

// Decoding can fail.
const bytes = ngx.decode_base64("eA==");
assertType<Equal<typeof bytes, string | undefined>>();
const [decoded, decodeError] = base64.decode_base64url("eA");
if (decoded === undefined) {
  assertType<Equal<typeof decodeError, string>>();
} else {
  assertType<Equal<typeof decoded, string>>();
}

// Types of escaping are 0 and 2.
ngx.escape_uri("a b", 0);
// @ts-expect-error no such type
ngx.escape_uri("a b", 1);

// A shared dictionary may be missing; its methods need it.
const dictionary = ngx.shared["kong_locks"];
// @ts-expect-error may be undefined
dictionary.get("key");
export function count(this: void, shared: OpenResty.SharedDictionary): number {
  const [number, err] = shared.incr("key", 1, 0, 60);
  if (number === undefined) {
    assertType<Equal<typeof err, string>>();
    return 0;
  }
  const [ok, addError, evicted] = shared.add("key", "value", 60);
  assertType<Equal<typeof ok, boolean>>();
  assertType<Equal<typeof addError, string | undefined>>();
  assertType<Equal<typeof evicted, boolean>>();
  const [value, flags] = shared.get("key");
  assertType<Equal<typeof value, OpenResty.SharedValue | undefined>>();
  assertType<Equal<typeof flags, string | number | undefined>>();
  // @ts-expect-error no tables in shared memory
  shared.set("key", {});
  const { delete: remove } = shared;
  // @ts-expect-error the method lost its table
  remove("key");
  return number;
}

// Timers pass their arguments on, after `premature`.
ngx.timer.at(0, (premature: boolean, name: string) => kong.log.debug(premature, name), "x");
// @ts-expect-error the callback wants a string
ngx.timer.at(0, (premature: boolean, name: string) => kong.log.debug(premature, name), 1);

// A light thread.
const thread = ngx.thread.spawn((a: number) => a + 1, 1);
const [threadOk] = ngx.thread.wait(thread);
assertType<Equal<typeof threadOk, boolean | undefined>>();
ngx.thread.kill(thread);

// Regular expressions: a group without a match is false.
const [match, matchError] = ngx.re.match("a=b", "(a)=(c)?", "jo");
if (match !== undefined) {
  const group = match[2];
  assertType<Equal<typeof group, string | false | undefined>>();
} else {
  assertType<Equal<typeof matchError, string | undefined>>();
}

// A semaphore's methods need it.
const [sema] = semaphore.new();
if (sema !== undefined) {
  const [woken, timeout] = sema.wait(1);
  assertType<Equal<typeof woken, true | undefined>>();
  assertType<Equal<typeof timeout, string | undefined>>();
  const { post } = sema;
  // @ts-expect-error the method lost its table
  post(1);
}

// Certificates.
const [der, derError] = ssl.cert_pem_to_der("");
assertType<Equal<typeof der, string | undefined>>();
assertType<Equal<typeof derError, string | undefined>>();
const [chain] = ssl.parse_pem_cert("");
assertType<Equal<typeof chain, OpenResty.CData | undefined>>();
// @ts-expect-error text is no cdata
kong.service.set_tls_cert_key("PEM", "PEM");

// Response headers are cleared with undefined.
ngx.header["X-Foo"] = undefined;
// @ts-expect-error read only
ngx.req = ngx.req;

export { connection, nothing, unknown, bytes };
