/** RFC 6750 §2 to the letter, where a form, a query, a cookie or a header has more than the plain shape (S19-S22). */
import { beforeAll, describe, expect, it } from "vitest";
import { active, INACTIVE } from "../support/authorization-server.ts";
import { bearer, echoOf, received, type Answer, type Header, type Request } from "../support/client.ts";
import { expectRefusal, INVALID_TOKEN, NO_CREDENTIALS, SEVERAL_TOKENS } from "../support/expectations.ts";
import { newToken } from "../support/secrets.ts";
import { useWorld } from "../support/world.ts";

const world = useWorld();
const URLENCODED = "application/x-www-form-urlencoded";
const FORM: Header = ["Content-Type", URLENCODED];
/** nginx buffers a body up to this many bytes in memory: Kong's default for client_body_buffer_size is 8k. */
const BEYOND_BUFFER = 64 * 1024;

beforeAll(() =>
  world.configure({
    "/query": [world.introspection({ token_query_arg: "access_token" })],
    "/body": [world.introspection({ token_body_arg: "access_token" })],
    "/cookie": [world.introspection({ token_cookie: "token" })],
    "/every": [
      world.introspection({ token_query_arg: "access_token", token_body_arg: "access_token", token_cookie: "token" }),
    ],
    "/odd-names": [world.introspection({ token_query_arg: "a.b-c[d]", token_body_arg: "a b%", token_cookie: "t.%-k" })],
    "/header": [world.introspection({ token_header: "x-access_token" })],
  }),
);

/** Sends a request with a new token, which is active. */
function send(path: string, make: (token: string) => Request & { readonly query?: string }): Promise<Answer> {
  const token = newToken();
  world.server.answer(token, active());
  const { query, ...request } = make(token);
  return world.send(query === undefined ? path : `${path}?${query}`, request);
}

/** A form with nothing in it that is told to the log check: no log ever holds a body. */
function post(path: string, body: string, headers: readonly Header[] = [FORM], method = "POST"): Promise<Answer> {
  return world.send(path, { method, headers, body });
}

describe("each place alone is read where it is named, and nowhere else", () => {
  const token = (): string => {
    const made = newToken();
    world.server.answer(made, active());
    return made;
  };
  /** What nobody knows for a token, in the query or a cookie, is the application's, and logs show it. */
  const ways: [string, string, () => Promise<Answer>][] = [
    ["/body", "a cookie", () => world.send("/body", { headers: [["Cookie", "token=text"]] })],
    ["/body", "the query", () => world.send("/body?access_token=text")],
    ["/cookie", "a form", () => post("/cookie", `access_token=${token()}`)],
    ["/cookie", "the query", () => world.send("/cookie?access_token=text&token=text")],
    ["/query", "a form", () => post("/query", `access_token=${token()}`)],
    ["/query", "a cookie", () => world.send("/query", { headers: [["Cookie", "access_token=text; token=text"]] })],
  ];
  it.each(ways)("%s: %s is the application's", async (_path, _place, ask) => {
    const asked = world.server.requests.length;
    expectRefusal(await ask(), NO_CREDENTIALS);
    expect(world.server.requests).toHaveLength(asked);
  });
});

describe("a form (RFC 6750 §2.2)", () => {
  it.each(["POST", "PUT", "PATCH", "DELETE"])("with %s is read", async (method) => {
    const answer = await send("/body", (token) => ({ method, headers: [FORM], body: `access_token=${token}` }));
    expect(echoOf(answer)).toMatchObject({ method, body: "" });
  });

  it.each([
    `${URLENCODED};charset=UTF-8`,
    `${URLENCODED} ; charset="utf-8"`,
    `${URLENCODED}; charset=iso-8859-1; other=1`,
    "Application/X-WWW-Form-URLEncoded",
    `${URLENCODED};`,
  ])("of the type %j is read", async (type) => {
    const answer = await send("/body", (token) => ({
      method: "POST",
      headers: [["Content-Type", type]],
      body: `access_token=${token}&a=b`,
    }));
    expect(echoOf(answer).body).toBe("a=b");
    expect(received(answer, "Content-Type")).toEqual([type]);
  });

  it.each([
    `${URLENCODED}x`,
    `${URLENCODED}-v2`,
    `x${URLENCODED}`,
    "application/x-www-form",
    "text/plain",
    "application/json",
    `multipart/form-data; boundary=${URLENCODED}`,
    `text/plain; a=${URLENCODED}`,
  ])("of the type %j is no form (S21)", async (type) => {
    const body = `access_token=${newToken()}`;
    expectRefusal(await post("/body", body, [["Content-Type", type]]), NO_CREDENTIALS);
  });

  it("without a type is no form", async () => {
    expectRefusal(await post("/body", `access_token=${newToken()}`, []), NO_CREDENTIALS);
  });

  it("in several parts is none that counts (S21: single-part)", async () => {
    const part = `--x\r\nContent-Disposition: form-data; name="access_token"\r\n\r\n${newToken()}\r\n--x--\r\n`;
    expectRefusal(await post("/body", part, [["Content-Type", "multipart/form-data; boundary=x"]]), NO_CREDENTIALS);
  });

  it.each(["GET", "HEAD"])(
    "of %s is not read, and behind a token in the header arrives as it was (S21)",
    async (method) => {
      const body = "access_token=application&a=b";
      expect((await post("/body", body, [FORM], method)).status).toBe(401);
      const answer = await send("/body", (token) => ({ method, headers: [bearer(token), FORM], body }));
      expect(answer.status).toBe(200);
      if (method === "GET") expect(echoOf(answer).body).toBe(body);
    },
  );

  it("in chunks is read", async () => {
    const headers: Header[] = [FORM, ["Transfer-Encoding", "chunked"]];
    const answer = await send("/body", (token) => ({ method: "POST", headers, body: `a=1&access_token=${token}&b=2` }));
    expect(echoOf(answer).body).toBe("a=1&b=2");
    expect(received(answer, "Transfer-Encoding").length + received(answer, "Content-Length").length).toBe(1);
  });

  it("with percent-encoding in the parameter's name and value is decoded", async () => {
    const encoded = (token: string): string => token.replaceAll("-", "%2D");
    const answer = await send("/body", (token) => ({
      method: "POST",
      headers: [FORM],
      body: `access%5Ftoken=${encoded(token)}`,
    }));
    expect(echoOf(answer).body).toBe("");
  });

  it("keeps every other byte, in order", async () => {
    const before = "a=%20&A=%c3%b6&b=+&c&&=x&d=a=b&access_token2=";
    const after = "ö=ö&access=token&token=access_token&%zz=%&e=1&";
    const answer = await send("/body", (token) => ({
      method: "POST",
      headers: [FORM],
      body: `${before}&access_token=${token}&${after}`,
    }));
    expect(echoOf(answer).body).toBe(`${before}&${after}`);
  });

  it("beyond client_body_buffer_size is read as well", async () => {
    const rest = `a=${"x".repeat(BEYOND_BUFFER)}`;
    const answer = await send("/body", (token) => ({
      method: "POST",
      headers: [FORM],
      body: `access_token=${token}&${rest}`,
    }));
    expect(echoOf(answer).body === rest).toBe(true);
    const twice = await send("/body", (token) => ({
      method: "POST",
      headers: [bearer(token), FORM],
      body: `access_token=${token}&${rest}`,
    }));
    expectRefusal(twice, SEVERAL_TOKENS);
  });

  it("beyond a megabyte cannot be searched for one, so that it is refused, with and without another token", async () => {
    const body = `a=${"x".repeat(1024 * 1024)}`;
    const tooLong = {
      ...SEVERAL_TOKENS,
      message: "The request's form is too long to be searched for an access token.",
    };
    expectRefusal(await post("/body", body), tooLong);
    expectRefusal(await send("/body", (token) => ({ method: "POST", headers: [bearer(token), FORM], body })), tooLong);
  });

  it("under several Content-Types is read, for the upstream service may heed any of them", async () => {
    const two: Header[] = [FORM, ["Content-Type", "text/plain"]];
    const answer = await send("/body", (token) => ({
      method: "POST",
      headers: [bearer(token), ...two],
      body: `access_token=${token}`,
    }));
    expectRefusal(answer, SEVERAL_TOKENS);
  });

  it.each([false, true])(
    "beyond client_body_buffer_size behind a token in the header arrives whole (chunked: %s)",
    async (chunked) => {
      const body = `a=b&rest=${"xyz%20+".repeat(BEYOND_BUFFER / 4)}`;
      const length: Header[] = chunked ? [["Transfer-Encoding", "chunked"]] : [];
      const answer = await send("/every", (token) => ({
        method: "POST",
        headers: [bearer(token), FORM, ...length],
        body,
      }));
      expect(echoOf(answer).body === body).toBe(true);
    },
  );

  it("that is JSON behind a token in the header arrives as it was", async () => {
    const body = '{"access_token":"application&access_token=x"}';
    const answer = await send("/every", (token) => ({
      method: "POST",
      headers: [bearer(token), ["Content-Type", "application/json"]],
      body,
    }));
    expect(echoOf(answer).body).toBe(body);
  });

  it("with Expect: 100-continue is read", async () => {
    const answer = await send("/body", (token) => ({
      method: "POST",
      headers: [FORM, ["Expect", "100-continue"]],
      body: `access_token=${token}&a=b`,
    }));
    expect(echoOf(answer).body).toBe("a=b");
  });
});

describe("the query (RFC 6750 §2.3)", () => {
  it("with percent-encoding in the parameter's name and value is decoded", async () => {
    const answer = await send("/query", (token) => ({ query: `a=b&access%5ftoken=${token.replaceAll("-", "%2d")}` }));
    expect(echoOf(answer).query).toBe("a=b");
  });

  it("with the token alone leaves none", async () => {
    const answer = await send("/query", (token) => ({ query: `access_token=${token}` }));
    expect([echoOf(answer).path, echoOf(answer).query]).toEqual(["/", ""]);
  });

  it("keeps every other byte, in order", async () => {
    const before = "a=%20&A=%c3%b6&b=+&c&&=x&d=a=b&access_token2=&x[]=1&x[]=2";
    const after = "access=token&token=access_token&%7e=%7E&q=http://a/?b;c&e=1";
    const answer = await send("/query", (token) => ({ query: `${before}&access_token=${token}&${after}` }));
    expect(echoOf(answer).query).toBe(`${before}&${after}`);
  });

  it("names are told apart by case", async () => {
    expectRefusal(await world.send("/query?Access_Token=text&ACCESS_TOKEN=text"), NO_CREDENTIALS);
  });

  it("of any method is read", async () => {
    const answer = await send("/query", (token) => ({
      method: "POST",
      query: `access_token=${token}`,
      body: "raw",
      headers: [],
    }));
    expect(echoOf(answer).body).toBe("raw");
  });

  it("with very many parameters is read to its end", async () => {
    const many = Array.from({ length: 300 }, (_, index) => `p${index}=1`).join("&");
    // Kong says in nginx's error log, with the whole query, that it lists no more than 100 of them: the token is no secret here.
    world.server.answer("token-behind-many", active());
    const answer = await world.send(`/query?${many}&access_token=token-behind-many`);
    expect(echoOf(answer).query).toBe(many);
  });
});

describe("a cookie", () => {
  it.each<[string, (token: string) => string, string]>([
    ["first", (token) => `token=${token}; a=1; b=2`, "a=1; b=2"],
    ["between", (token) => `a=1; token=${token}; b=2`, "a=1; b=2"],
    ["last", (token) => `a=1; b=2; token=${token}`, "a=1; b=2"],
    ["in quotes", (token) => `a=1; token="${token}"`, "a=1"],
    ["without spaces", (token) => `a=1;token=${token};b=2`, "a=1;b=2"],
    [
      "beside names that resemble it",
      (token) => `Token=x; token2=y; _token=z; token=${token}; v=token=q`,
      "Token=x; token2=y; _token=z; v=token=q",
    ],
    ["beside odd ones", (token) => `=x; flag; token=${token}; j={"a":"b=c"}`, '=x; flag; j={"a":"b=c"}'],
  ])("%s: the others stay as they were", async (_name, cookie, rest) => {
    const answer = await send("/cookie", (token) => ({ headers: [["Cookie", cookie(token)]] }));
    expect(received(answer, "Cookie")).toEqual([rest]);
  });

  it("in a second Cookie header is read, and nothing of the first is lost", async () => {
    const answer = await send("/cookie", (token) => ({
      headers: [
        ["Cookie", "a=1"],
        ["Cookie", `token=${token}; b=2`],
      ],
    }));
    expect(received(answer, "Cookie").join("; ")).toBe("a=1; b=2");
  });

  it("in two Cookie headers is there twice", async () => {
    const headers: Header[] = [
      ["Cookie", "token=a"],
      ["Cookie", "token=b"],
    ];
    expectRefusal(await world.send("/cookie", { headers }), SEVERAL_TOKENS);
  });

  it("behind a token in the header is not the second method when it is another cookie", async () => {
    const answer = await send("/every", (token) => ({ headers: [bearer(token), ["Cookie", "session=1"]] }));
    expect(received(answer, "Cookie")).toEqual(["session=1"]);
  });
});

describe("several methods, or one repeated (S19)", () => {
  it.each<[string, string, Request]>([
    ["query and form", "/every?access_token=a", { method: "POST", headers: [FORM], body: "access_token=b" }],
    ["form and cookie", "/every", { method: "POST", headers: [FORM, ["Cookie", "token=a"]], body: "access_token=b" }],
    [
      "all four",
      "/every?access_token=a",
      { method: "POST", headers: [bearer("a"), FORM, ["Cookie", "token=a"]], body: "access_token=a" },
    ],
    ["the same token in header and query", "/every?access_token=same", { headers: [bearer("same")] }],
    [
      "the form's parameter twice",
      "/every",
      { method: "POST", headers: [FORM], body: "access_token=a&x=1&access_token=b" },
    ],
    [
      "the form's parameter in two spellings",
      "/every",
      { method: "POST", headers: [FORM], body: "access_token=a&access%5Ftoken=b" },
    ],
    ["the query's in two spellings", "/every?access_token=a&%61ccess_token=b", {}],
    ["empty and not", "/every?access_token=&access_token=a", {}],
    ["a DPoP scheme and a query", "/every?access_token=a", { headers: [bearer("b", "DPoP")] }],
  ])("%s", async (_name, path, request) => {
    const asked = world.server.requests.length;
    const answer = await world.send(path, request);
    const scheme = answer.headers.some(([, value]) => value.startsWith("DPoP ")) ? "DPoP" : "Bearer";
    if (scheme === "Bearer") expectRefusal(answer, SEVERAL_TOKENS);
    else expect(answer.status).toBe(400);
    expect(world.server.requests).toHaveLength(asked);
  });
});

describe("names that need care", () => {
  it("of a query parameter", async () => {
    const answer = await send("/odd-names", (token) => ({ query: `a.b-c%5Bd%5D=${token}&axb-c[d]=1` }));
    expect(echoOf(answer).query).toBe("axb-c[d]=1");
  });

  it("of a form parameter", async () => {
    const answer = await send("/odd-names", (token) => ({
      method: "POST",
      headers: [FORM],
      body: `a+b%25=${token}&a=1`,
    }));
    expect(echoOf(answer).body).toBe("a=1");
  });

  it("of a cookie", async () => {
    const answer = await send("/odd-names", (token) => ({ headers: [["Cookie", `t.%-k=${token}; txx-k=1`]] }));
    expect(received(answer, "Cookie")).toEqual(["txx-k=1"]);
  });

  it("of a token header, in any case", async () => {
    const answer = await send("/header", (token) => ({ headers: [["X-ACCESS_TOKEN", token]] }));
    expect(received(answer, "x-access_token")).toEqual([]);
  });
});

describe("a token that is none", () => {
  it.each(["%00", "a%20b", "%C3%B6", "a%0d%0ab"])(
    "%s in the query is malformed, and nobody is asked",
    async (value) => {
      const asked = world.server.requests.length;
      expectRefusal(await world.send(`/query?access_token=${value}`), INVALID_TOKEN);
      expect(world.server.requests).toHaveLength(asked);
    },
  );

  it("in a cookie is refused like any other", async () => {
    const token = newToken();
    world.server.answer(token, INACTIVE);
    expectRefusal(await world.send("/cookie", { headers: [["Cookie", `token=${token}`]] }), INVALID_TOKEN);
  });
});
