/** How claims become headers of the upstream request (design section 4). */
import { beforeAll, describe, expect, it } from "vitest";
import { active, text } from "./support/authorization-server.ts";
import { echoOf, received, type Answer, type Header } from "./support/client.ts";
import { useWorld } from "./support/world.ts";

const world = useWorld();
const MORE = {
  custom_claims_forward: ["value", "deep.er", "dotted.name"],
  upstream_headers: { "X-Roles": "realm_access.roles" },
};

/** Headers that nginx keeps in places of their own beside the list of all. */
const KNOWN = ["User-Agent", "Cookie", "Content-Type", "Referer", "Accept-Encoding", "Range", "If-Match", "Date"];

beforeAll(() =>
  world.configure({
    "/rfc8187": [world.introspection(MORE)],
    "/base64url": [world.introspection({ ...MORE, upstream_headers_encoding: "base64url" })],
    "/none": [world.introspection({ ...MORE, upstream_headers_encoding: "none" })],
    "/prefix": [world.introspection({ upstream_headers_prefix: "X-Caller-", custom_claims_forward: ["value"] })],
    "/known": [world.introspection({ upstream_headers: Object.fromEntries(KNOWN.map((name) => [name, "value"])) })],
    "/url": [
      world.introspection({ upstream_headers: { "X-Url-Claim": "https://api.example/roles", "X-Index": "list.0" } }),
    ],
  }),
);

function value(answer: Answer): string[] {
  return received(answer, "X-Credential-value");
}

describe("a header that the client sends too", () => {
  it.each(KNOWN)("%s: the claim stands there alone, however often the client sends it", async (name) => {
    // nginx takes some of them once only.
    for (const sent of [1, 2]) {
      const headers = Array.from({ length: sent }, (_, index): Header => [name, `the-clients-${index}`]);
      const answer = await world.sendToken("/known", active({ value: "the-tokens" }), { headers });
      if (sent === 1 || answer.status !== 400) expect(received(answer, name)).toEqual(["the-tokens"]);
    }
  });

  it("and none of it stays where the token has no such claim", async () => {
    for (const name of KNOWN) {
      const answer = await world.sendToken("/known", active(), { headers: [[name, "the-clients"]] });
      expect(received(answer, name)).toEqual([]);
    }
  });
});

describe("a value as text", () => {
  it.each<[string, unknown, string[]]>([
    ["a string", "abc", ["abc"]],
    ["a string with a comma and quotes", 'a, "b"', ['a, "b"']],
    ["an integer", 1234567890123, ["1234567890123"]],
    ["a large integer, in full digits", 9007199254740991, ["9007199254740991"]],
    ["zero", 0, ["0"]],
    ["a negative number", -5, ["-5"]],
    ["a fraction", 0.25, ["0.25"]],
    ["1e20", 1e20, ["100000000000000000000"]],
    ["true", true, ["true"]],
    ["false", false, ["false"]],
    ["null", null, []],
    ["absent", undefined, []],
    ["an empty string", "", []],
    ["an empty array", [], []],
    ["an empty object", {}, []],
    ["an array", ["a", "b", 3, true], ["a,b,3,true"]],
    ["an object", { a: "b/c" }, ['{"a":"b/c"}']],
  ])("%s", async (_name, claim, headers) => {
    expect(value(await world.sendToken("/rfc8187", active({ value: claim })))).toEqual(headers);
  });

  it("scope as an array is joined with spaces", async () => {
    const answer = await world.sendToken("/rfc8187", active({ scope: ["a", "b"] }));
    expect(received(answer, "X-Credential-Scope")).toEqual(["a b"]);
  });

  it("aud as an array is joined with commas", async () => {
    const answer = await world.sendToken("/rfc8187", active({ aud: ["a", "b"] }));
    expect(received(answer, "X-Credential-Aud")).toEqual(["a,b"]);
  });

  it("a very long value arrives whole", async () => {
    const long = "x".repeat(6000);
    expect(value(await world.sendToken("/rfc8187", active({ value: long })))).toEqual([long]);
  });
});

describe("a value that a header cannot carry as it is", () => {
  it.each<[string, string, string]>([
    ["UTF-8", "Cem Özdemir", "UTF-8''Cem%20%C3%96zdemir"],
    ["a line break: nothing is injected", "a\r\nX-Injected: 1", "UTF-8''a%0D%0AX-Injected%3A%201"],
    ["NUL", "a\u0000b", "UTF-8''a%00b"],
    ["a tab", "a\tb", "UTF-8''a%09b"],
    ["DEL", "a\u007fb", "UTF-8''a%7Fb"],
    ["a space in front", " a", "UTF-8''%20a"],
    ["a space behind", "a ", "UTF-8''a%20"],
  ])("%s", async (_name, claim, encoded) => {
    const answer = await world.sendToken("/rfc8187", active({ value: claim }));
    expect(value(answer)).toEqual([encoded]);
    expect(received(answer, "X-Injected")).toEqual([]);
    const base64url = await world.sendToken("/base64url", active({ value: claim }));
    expect(value(base64url)).toEqual([Buffer.from(claim).toString("base64url")]);
  });

  it("with the encoding none: as it is, and with a control character not at all", async () => {
    const plain = echoOf(await world.sendToken("/none", active({ value: "Cem Özdemir" })));
    const [, sent] = plain.headers.find(([name]) => name.toLowerCase() === "x-credential-value") ?? [];
    expect(Buffer.from(sent ?? "", "latin1").toString("utf8")).toBe("Cem Özdemir");
    for (const bad of ["a\r\nX-Injected: 1", "a\u0000b", "a\tb", "a\u007fb"]) {
      const answer = await world.sendToken("/none", active({ value: bad }));
      expect(value(answer)).toEqual([]);
      expect(received(answer, "X-Injected")).toEqual([]);
    }
  });
});

describe("claim paths", () => {
  it("reach into objects, and take the longest run of parts that names a member", async () => {
    const claims = { realm_access: { roles: ["a", "b"] }, deep: { er: "1" }, "dotted.name": "2" };
    const answer = await world.sendToken("/rfc8187", active(claims));
    expect(received(answer, "X-Roles")).toEqual(["a,b"]);
    expect(received(answer, "X-Credential-deep.er")).toEqual(["1"]);
    expect(received(answer, "X-Credential-dotted.name")).toEqual(["2"]);
  });

  it("a name that holds dots is reached", async () => {
    const answer = await world.sendToken("/url", active({ "https://api.example/roles": "x" }));
    expect(received(answer, "X-Url-Claim")).toEqual(["x"]);
  });

  it("what leads nowhere, or through something that is no object, is absent", async () => {
    for (const realm_access of ["text", 5, null, ["roles"], { other: 1 }]) {
      const answer = await world.sendToken("/rfc8187", active({ realm_access }));
      expect(received(answer, "X-Roles")).toEqual([]);
    }
  });
});

describe("the prefix", () => {
  it("names all of them", async () => {
    const answer = await world.sendToken("/prefix", active({ value: "v" }));
    expect(received(answer, "X-Caller-Sub")).toEqual(["alice"]);
    expect(received(answer, "X-Caller-value")).toEqual(["v"]);
    expect(received(answer, "X-Credential-Sub")).toEqual([]);
  });
});

describe("only what is configured is forwarded (S11)", () => {
  it("no other claim", async () => {
    const answer = await world.sendToken("/prefix", active({ email: "alice@private.example", value: "v" }));
    expect(JSON.stringify(echoOf(answer).headers)).not.toContain("private.example");
  });
});

describe("names of the RFC and of Keycloak", () => {
  it("client_id and token_type win over clientId and typ", async () => {
    const answer = await world.sendToken(
      "/prefix",
      active({ clientId: "old", client_id: "new", typ: "old", token_type: "Bearer" }),
    );
    expect(received(answer, "X-Caller-Client-ID")).toEqual(["new"]);
    expect(received(answer, "X-Caller-Token-Type")).toEqual(["Bearer"]);
  });
});

describe("an answer with the bytes of a JSON text that needs care", () => {
  it("a Unicode escape in a claim's name and value", async () => {
    const body = `{"active":true,"\\u0076alue":"\\u0061b"}`;
    expect(value(await world.sendToken("/rfc8187", text(body)))).toEqual(["ab"]);
  });
});
