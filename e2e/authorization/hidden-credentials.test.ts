/** hide_credentials on every path that reaches the upstream, and answers that no shared cache may keep (S11, S22; design section 4). */
import { beforeAll, describe, expect, it } from "vitest";
import { active, INACTIVE } from "../support/authorization-server.ts";
import { bearer, echoOf, received, valuesOf, type Answer, type Header, type Request } from "../support/client.ts";
import { newToken } from "../support/secrets.ts";
import { useWorld } from "../support/world.ts";
import { useService } from "./service.ts";

const world = useWorld();
const FORM: Header = ["Content-Type", "application/x-www-form-urlencoded"];

/** Answers with the Cache-Control headers that the path names. */
const service = useService((request, response) => {
  const url = new URL(request.url ?? "/", "http://service");
  response.setHeader("Cache-Control", url.searchParams.getAll("cache"));
  response.end("{}");
});

const PLACES = { token_query_arg: "access_token", token_body_arg: "access_token", token_cookie: "token" };

beforeAll(() =>
  world.reload({
    services: [
      {
        name: "caching",
        url: service.url,
        routes: [
          { name: "caching-route", paths: ["/caching"], plugins: [world.introspection(PLACES)] },
          {
            name: "caching-anonymous",
            paths: ["/caching-anonymous"],
            plugins: [world.introspection({ ...PLACES, anonymous: "nobody" })],
          },
        ],
      },
      {
        name: "echo",
        url: `http://127.0.0.1:${world.upstream.port}`,
        routes: [
          { name: "hidden", paths: ["/hidden"], plugins: [world.introspection({ ...PLACES, anonymous: "nobody" })] },
          {
            name: "kept",
            paths: ["/kept"],
            plugins: [world.introspection({ ...PLACES, anonymous: "nobody", hide_credentials: false })],
          },
          {
            name: "preflight",
            paths: ["/preflight"],
            plugins: [world.introspection({ ...PLACES, token_header: "X-Token", run_on_preflight: false })],
          },
          {
            name: "header",
            paths: ["/header"],
            plugins: [world.introspection({ token_header: "X-Token", anonymous: "nobody" })],
          },
        ],
      },
    ],
    consumers: [{ username: "nobody" }],
  }),
);

/** A bad token in the query is no secret here: nginx's own logs show the query of a request that it has something to say about. */
const BAD = "refused-token-0815";

const WAYS: [string, (token: string) => Request & { readonly query?: string }][] = [
  ["Authorization", (token) => ({ headers: [bearer(token)] })],
  ["a form", (token) => ({ method: "POST", headers: [FORM], body: `a=1&access_token=${token}&b=2` })],
  ["the query", (token) => ({ query: `a=1&access_token=${token}&b=2` })],
  ["a cookie", (token) => ({ headers: [["Cookie", `a=1; token=${token}; b=2`]] })],
];

async function reach(path: string, token: string, make: (typeof WAYS)[number][1]): Promise<Answer> {
  const { query, ...request } = make(token);
  return world.send(query === undefined ? path : `${path}?${query}`, request);
}

function everything(answer: Answer): string {
  return JSON.stringify(echoOf(answer));
}

describe.each(WAYS)("a token in %s", (_place, make) => {
  it("is hidden where it is good", async () => {
    const token = newToken();
    world.server.answer(token, active());
    const answer = await reach("/hidden", token, make);
    expect(received(answer, "X-Credential-Sub")).toEqual(["alice"]);
    expect(everything(answer)).not.toContain(token);
  });

  it("is hidden where it is bad and the anonymous consumer is taken", async () => {
    world.server.answer(BAD, INACTIVE);
    const answer = await reach("/hidden", BAD, make);
    expect(received(answer, "X-Anonymous-Consumer")).toEqual(["true"]);
    expect(everything(answer)).not.toContain(BAD);
  });

  it("stays with hide_credentials off, in either case", async () => {
    const token = newToken();
    world.server.answer(token, active());
    expect(everything(await reach("/kept", token, make))).toContain(token);
    world.server.answer(BAD, INACTIVE);
    expect(everything(await reach("/kept", BAD, make))).toContain(BAD);
  });
});

describe("what else may hold a credential", () => {
  it("a DPoP proof goes with the token, also to the anonymous consumer", async () => {
    world.server.answer(BAD, INACTIVE);
    const headers: Header[] = [bearer(BAD), ["DPoP", "proof-text"]];
    expect(everything(await world.send("/hidden", { headers }))).not.toContain("proof-text");
    expect(received(await world.send("/kept", { headers }), "DPoP")).toEqual(["proof-text"]);
  });

  it("several tokens: none of them reaches the upstream of the anonymous consumer", async () => {
    const headers: Header[] = [bearer("one-token"), ["Cookie", "token=two-token; a=1"]];
    const answer = await world.send("/hidden?access_token=three-token", { headers });
    expect(received(answer, "X-Anonymous-Consumer")).toEqual(["true"]);
    expect(everything(answer)).not.toMatch(/(one|two|three)-token/);
    expect(received(answer, "Cookie")).toEqual(["a=1"]);
  });

  it("a preflight request that is let through brings none along", async () => {
    const headers: Header[] = [
      ["X-Token", "one-token"],
      ["Cookie", "token=two-token; a=1"],
      ["DPoP", "proof-text"],
    ];
    const answer = await world.send("/preflight?access_token=three-token&b=2", { method: "OPTIONS", headers });
    expect(everything(answer)).not.toMatch(/(one|two|three)-token|proof-text/);
    expect(received(answer, "Cookie")).toEqual(["a=1"]);
    expect(echoOf(answer).query).toContain("b=2");
  });

  it("another header's bad token", async () => {
    world.server.answer(BAD, INACTIVE);
    const headers: Header[] = [
      ["X-Token", BAD],
      ["Authorization", "Basic dXNlcjpwYXNz"],
    ];
    const answer = await world.send("/header", { headers });
    expect(everything(answer)).not.toContain(BAD);
    expect(received(answer, "Authorization")).toEqual(["Basic dXNlcjpwYXNz"]);
  });
});

describe("Cache-Control of an answer to a token in the query (S22, RFC 6750 §2.3)", () => {
  async function directives(cache: readonly string[]): Promise<string[]> {
    const token = newToken();
    world.server.answer(token, active());
    const wanted = cache.map((value) => `cache=${encodeURIComponent(value)}`).join("&");
    const answer = await world.send(`/caching?${wanted}&access_token=${token}`);
    expect(answer.status).toBe(200);
    return valuesOf(answer, "Cache-Control")
      .flatMap((value) => value.split(/ *, */))
      .sort();
  }

  it.each<[readonly string[], readonly string[]]>([
    [[], ["private"]],
    [["public"], ["private"]],
    [["public, max-age=60, s-maxage=3600"], ["max-age=60", "private"]],
    [["PUBLIC,Max-Age=60"], ["Max-Age=60", "private"]],
    [["no-store"], ["no-store", "private"]],
    [["private, max-age=5"], ["max-age=5", "private"]],
    [['private="set-cookie", max-age=5'], ["max-age=5", "private"]],
    [
      ["max-age=60", "public"],
      ["max-age=60", "private"],
    ],
    [["must-revalidate, proxy-revalidate, max-age=1"], ["max-age=1", "must-revalidate", "private", "proxy-revalidate"]],
  ])("%j becomes %j", async (cache, expected) => {
    expect(await directives(cache)).toEqual(expected);
  });

  it("is private also where the token is refused", async () => {
    world.server.answer(BAD, INACTIVE);
    const answer = await world.send(`/caching?access_token=${BAD}`);
    expect(answer.status).toBe(401);
    expect(valuesOf(answer, "Cache-Control").join()).toContain("private");
  });

  it("is private also for the anonymous consumer", async () => {
    world.server.answer(BAD, INACTIVE);
    const answer = await world.send(`/caching-anonymous?cache=public&access_token=${BAD}`);
    expect(valuesOf(answer, "Cache-Control")).toEqual(["private"]);
  });

  it("is private also where several tokens became the anonymous consumer", async () => {
    for (const [query, headers] of [
      ["access_token=one&access_token=two", []],
      ["access_token=one", [["Cookie", "token=two"]]],
    ] as const) {
      const answer = await world.send(`/caching-anonymous?cache=public&${query}`, { headers });
      expect(answer.status).toBe(200);
      expect(valuesOf(answer, "Cache-Control")).toEqual(["private"]);
    }
  });

  it("is the upstream's where the token was elsewhere", async () => {
    const token = newToken();
    world.server.answer(token, active());
    const answer = await world.send("/caching?cache=public", { headers: [bearer(token)] });
    expect(valuesOf(answer, "Cache-Control")).toEqual(["public"]);
  });
});
