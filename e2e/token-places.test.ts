/** Where a token may be, and what is left of the request behind it (S19-S22; design section 4). */
import { beforeAll, describe, expect, it } from "vitest";
import { active } from "./support/authorization-server.ts";
import { bearer, echoOf, received, valuesOf, type Answer, type Header, type Request } from "./support/client.ts";
import { expectRefusal, NO_CREDENTIALS, SEVERAL_TOKENS } from "./support/expectations.ts";
import { newToken } from "./support/secrets.ts";
import { useWorld } from "./support/world.ts";

const world = useWorld();
const FORM: Header = ["Content-Type", "application/x-www-form-urlencoded"];

beforeAll(() => {
  const places = { token_query_arg: "access_token", token_body_arg: "access_token", token_cookie: "token" };
  return world.configure({
    "/plain": [world.introspection()],
    "/places": [world.introspection(places)],
    "/kept": [world.introspection({ ...places, hide_credentials: false })],
    "/header": [world.introspection({ token_header: "X-Token" })],
    "/header-kept": [world.introspection({ token_header: "X-Token", hide_credentials: false })],
    "/header-anonymous": [
      world.introspection({ token_header: "X-Token", hide_credentials: false, allow_anonymous: true }),
    ],
    "/anonymous": [world.introspection({ allow_anonymous: true })],
  });
});

/** A request with a token that is active. */
function send(path: string, make: (token: string) => Request & { readonly query?: string }): Promise<Answer> {
  const token = newToken();
  world.server.answer(token, active());
  const { query, ...request } = make(token);
  return world.send(query === undefined ? path : `${path}?${query}`, request);
}

describe("the Authorization header", () => {
  it.each(["Bearer", "bearer", "BEARER", "bEaReR"])("takes the scheme in any case (S20): %s", async (scheme) => {
    expect((await send("/plain", (token) => ({ headers: [bearer(token, scheme)] }))).status).toBe(200);
  });

  it("takes more than one space behind the scheme (RFC 9110 §11.4)", async () => {
    expect((await send("/plain", (token) => ({ headers: [["Authorization", `Bearer   ${token}`]] }))).status).toBe(200);
  });

  it.each([
    ["a tab before the scheme", "\tBearer "],
    ["a tab and a space", "\t Bearer "],
  ])("white space around it is no part of it (RFC 9110 §5.5): %s", async (_what, before) => {
    const answer = await send("/anonymous", (token) => ({ headers: [["Authorization", `${before}${token}\t`]] }));
    expect(answer.status).toBe(200);
    expect(received(answer, "X-Credential-Sub")).toHaveLength(1);
    expect(received(answer, "Authorization")).toEqual([]);
  });

  it("keeps an application's own credentials where the token is elsewhere", async () => {
    const basic: Header = ["Authorization", "Basic dXNlcjpwYXNz"];
    const answer = await send("/places", (token) => ({ query: `access_token=${token}`, headers: [basic] }));
    expect(received(answer, "Authorization")).toEqual([basic[1]]);
  });
});

describe("token_header with another name", () => {
  it.each(["", "Bearer ", "bearer "])("holds the token, with or without a scheme: %j", async (scheme) => {
    const answer = await send("/header", (token) => ({ headers: [["X-Token", scheme + token]] }));
    expect(answer.status).toBe(200);
    expect(received(answer, "X-Token")).toEqual([]);
  });

  it("is one header in all its spellings: beside another one it is refused (S19), and none goes upstream unread", async () => {
    const both = (token: string): Request => ({
      headers: [
        ["X-Token", token],
        ["x_token", "another"],
      ],
    });
    for (const path of ["/header", "/header-kept"]) {
      expectRefusal(await send(path, both), SEVERAL_TOKENS);
      expectRefusal(await send(path, (token) => ({ headers: [["X_Token", token]] })), NO_CREDENTIALS);
    }
    const answer = await send("/header-anonymous", (token) => ({ headers: [["X_Token", token]] }));
    expect(received(answer, "X-Anonymous")).toEqual(["true"]);
    expect(received(answer, "X_Token")).toEqual([]);
  });

  it("replaces Authorization, which is then the application's", async () => {
    expectRefusal(await send("/header", (token) => ({ headers: [bearer(token)] })), NO_CREDENTIALS);
    const answer = await send("/header", (token) => ({
      headers: [
        ["X-Token", token],
        ["Authorization", "Bearer mine"],
      ],
    }));
    expect(received(answer, "Authorization")).toEqual(["Bearer mine"]);
  });
});

describe("the query", () => {
  it("is read where it is configured; all else of it stays byte for byte", async () => {
    const answer = await send("/places", (token) => ({ query: `a=%20b+c&access_token=${token}&d=%C3%B6&&e` }));
    expect(echoOf(answer).query).toBe("a=%20b+c&d=%C3%B6&&e");
  });

  it("the answer is private (S22, RFC 6750 §2.3)", async () => {
    const answer = await send("/places", (token) => ({ query: `access_token=${token}` }));
    expect(valuesOf(answer, "Cache-Control").join(", ")).toMatch(/\bprivate\b/);
  });

  it("is the application's where it is not", async () => {
    // Nobody knows it for a token there, so that the logs show it.
    expectRefusal(await world.send("/plain?access_token=text"), NO_CREDENTIALS);
  });

  it("keeps the token where hide_credentials is off", async () => {
    const answer = await send("/kept", (token) => ({ query: `a=b&access_token=${token}` }));
    expect(echoOf(answer).query).toMatch(/^a=b&access_token=token-/);
  });

  it("an empty parameter is no token", async () => {
    expectRefusal(await world.send("/places?access_token="), NO_CREDENTIALS);
  });
});

describe("a form", () => {
  it("is read where it is configured; all else of it stays byte for byte", async () => {
    const answer = await send("/places", (token) => ({
      method: "POST",
      headers: [FORM],
      body: `a=%20b+c&access_token=${token}&d=%C3%B6&&e`,
    }));
    expect(echoOf(answer).body).toBe("a=%20b+c&d=%C3%B6&&e");
    expect(received(answer, "Content-Length")).toEqual([String("a=%20b+c&d=%C3%B6&&e".length)]);
  });

  it("of GET is not read (S21)", async () => {
    const answer = await send("/places", (token) => ({
      method: "GET",
      headers: [FORM],
      body: `access_token=${token}`,
    }));
    expectRefusal(answer, NO_CREDENTIALS);
  });

  it("of another type is not read (S21)", async () => {
    for (const type of ["text/plain", "multipart/form-data; boundary=x", "application/json"]) {
      const answer = await send("/places", (token) => ({
        method: "POST",
        headers: [["Content-Type", type]],
        body: `access_token=${token}`,
      }));
      expectRefusal(answer, NO_CREDENTIALS);
    }
  });

  it("with a charset is read", async () => {
    const headers: Header[] = [["Content-Type", "application/x-www-form-urlencoded; charset=utf-8"]];
    const answer = await send("/places", (token) => ({ method: "POST", headers, body: `access_token=${token}` }));
    expect(answer.status).toBe(200);
  });

  it("behind a token in the header arrives whole", async () => {
    const body = `a=b&${"x".repeat(5000)}=1`;
    const answer = await send("/places", (token) => ({ method: "POST", headers: [bearer(token), FORM], body }));
    expect(echoOf(answer).body).toBe(body);
  });
});

describe("a large upload", () => {
  it("arrives whole", async () => {
    const body = "x".repeat(3 * 1024 * 1024);
    const answer = await send("/plain", (token) => ({ method: "PUT", headers: [bearer(token)], body }));
    expect(echoOf(answer).body).toHaveLength(body.length);
  });

  it("in chunks, too", async () => {
    const headers = (token: string): Header[] => [bearer(token), ["Transfer-Encoding", "chunked"]];
    const answer = await send("/plain", (token) => ({
      method: "PUT",
      headers: headers(token),
      body: "y".repeat(100_000),
    }));
    expect(echoOf(answer).body).toHaveLength(100_000);
  });
});

describe("a cookie", () => {
  it("is read where it is configured; the others stay byte for byte", async () => {
    const answer = await send("/places", (token) => ({ headers: [["Cookie", `a=1; token=${token}; b="2"`]] }));
    expect(received(answer, "Cookie")).toEqual(['a=1; b="2"']);
  });

  it("alone leaves no Cookie header", async () => {
    const answer = await send("/places", (token) => ({ headers: [["Cookie", `token=${token}`]] }));
    expect(received(answer, "Cookie")).toEqual([]);
  });

  it("is the application's where it is not configured", async () => {
    expectRefusal(await world.send("/plain", { headers: [["Cookie", "token=text"]] }), NO_CREDENTIALS);
  });

  it("of another name that ends alike is another", async () => {
    expectRefusal(await world.send("/places", { headers: [["Cookie", "mytoken=text"]] }), NO_CREDENTIALS);
  });
});
