/** The traps of `kong`: dot against colon, several return values, nil. Compiled, never run. */

// A dot function may be taken out of its table.
const get_header = kong.request.get_header;
assertType<Equal<ReturnType<typeof get_header>, string | undefined>>();
get_header("Authorization");

// A colon method may not: without its table it would get its first argument as self.
const { get } = kong.cache;
// @ts-expect-error the method lost its table
get("key");
const select = kong.db.consumers.select;
// @ts-expect-error the method lost its table
select({ id: "1" });
const span = kong.tracing.start_span("mine");
const finish = span.finish;
// @ts-expect-error the method lost its table
finish();

// nil has to be dealt with.
const header = kong.request.get_header("X-Foo");
// @ts-expect-error may be undefined
header.length;
// @ts-expect-error a request need not have a consumer
kong.client.get_consumer().id;
// @ts-expect-error a route need not have a service
kong.router.get_service().host;

// A value and an error are told apart by looking at one of them.
export function body(this: void): number {
  const [text, err] = kong.request.get_raw_body();
  assertType<Equal<typeof text, string | undefined>>();
  if (text === undefined) {
    assertType<Equal<typeof err, string>>();
    kong.log.err(err);
    return 0;
  }
  assertType<Equal<typeof text, string>>();
  return text.length;
}

// @ts-expect-error a multi-return is no string
const whole: string = kong.request.get_raw_body();

// Headers: one, several, or none.
const [headers, truncated] = kong.request.get_headers(1000);
assertType<Equal<(typeof headers)[string], string | string[] | undefined>>();
assertType<Equal<typeof truncated, "truncated" | undefined>>();

// An argument without `=` is true.
assertType<Equal<ReturnType<typeof kong.request.get_query_arg>, string | true | undefined>>();

// The cache: the callback decides the type, its arguments are checked.
type Answer = { active: boolean };
export function cached(this: void, token: string): boolean {
  const ask = (text: string, tries: number): LuaMultiReturn<[Answer, undefined, number] | [undefined, string]> => {
    if (tries === 0) return $multi(undefined, "no tries");
    return $multi({ active: text !== "" }, undefined, 3);
  };
  const [answer, err, level] = kong.cache.get("mine:key", { ttl: 3 }, ask, token, 2);
  assertType<Equal<typeof answer, Answer | undefined>>();
  if (err !== undefined) {
    assertType<Equal<typeof err, string>>();
    return false;
  }
  assertType<Equal<typeof level, Kong.CacheLevel>>();
  // @ts-expect-error a stored miss is undefined without an error
  answer.active;
  // @ts-expect-error the callback wants a number
  kong.cache.get("mine:key", undefined, ask, token, "2");
  return answer !== undefined && answer.active;
}

// Looking only: -1 says that there is nothing.
const [, , lookup] = kong.cache.get<Answer>("mine:key");
assertType<Equal<typeof lookup, 1 | 2 | 4 | -1 | undefined>>();

// A DAO: nothing found is no error.
const [consumer, daoError] = kong.db.consumers.select_by_username("client1");
assertType<Equal<typeof consumer, Kong.Consumer | undefined>>();
assertType<Equal<typeof daoError, string | undefined>>();
const cacheKey: string = kong.db.consumers.cache_key("client1");

// What headers can hold; the rest raises in Lua.
kong.service.request.set_header("X-Foo", 1);
kong.service.request.set_header("X-Foo", ["a", "b"]);
// @ts-expect-error null raises
kong.service.request.set_header("X-Foo", ngx.null);
// @ts-expect-error undefined raises
kong.service.request.set_header("X-Foo", undefined);
// @ts-expect-error a table of names raises
kong.service.request.set_header("X-Foo", { a: "b" });

// Somebody has to be authenticated.
kong.client.authenticate({ id: "1" });
kong.client.authenticate(undefined, { id: "token" });
// @ts-expect-error neither consumer nor credential raises
kong.client.authenticate(undefined, undefined);

// exit ends the request, but TypeScript goes on: return it.
export function refuse(this: void): void {
  return kong.response.exit(401, '{"message":"no"}', { "Content-Type": "application/json" });
}

kong.log("a ", 1, true, undefined);
kong.log.set_serialize_value("mine.cause", "expired");
// @ts-expect-error no functions in the log
kong.log.set_serialize_value("mine.cause", () => 1);
// @ts-expect-error no such mode
kong.log.set_serialize_value("mine.cause", 1, { mode: "append" });

kong.client.tls.set_client_verify("FAILED:unknown CA");
// @ts-expect-error raises in Lua
kong.client.tls.set_client_verify("FAILED");

// @ts-expect-error read only
kong.version = "4";

// A plugin adds its own field to what plugins share.
declare global {
  namespace Kong {
    interface SharedContext {
      mine?: { token: string };
    }
  }
}
const shared = kong.ctx.shared.mine;
assertType<Equal<typeof shared, { token: string } | undefined>>();

// A handler: phases get conf, `self` comes before.
interface Config {
  ttl: number;
}
export const handler = {
  PRIORITY: 1000,
  VERSION: "1.0.0",
  access(this: unknown, conf: Config): void {
    kong.log.debug(conf.ttl);
  },
} satisfies Kong.PluginHandler<Config>;

export { whole, headers, consumer, cacheKey, shared };
