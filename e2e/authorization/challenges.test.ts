/** WWW-Authenticate in every combination of the settings that shape it, read by a strict parser (RFC 9110 §11.6.1; S23, S24, S26, S33). */
import { beforeAll, describe, expect, it } from "vitest";
import { active, INACTIVE, json, text, type Claims, type Responder } from "../support/authorization-server.ts";
import { bearer, valuesOf, type Answer, type Header } from "../support/client.ts";
import { challengeOf } from "../support/expectations.ts";
import { newToken } from "../support/secrets.ts";
import { useWorld } from "../support/world.ts";

const world = useWorld();
const METADATA = "https://api.example/.well-known/oauth-protected-resource";

interface Shape {
  readonly path: string;
  readonly realm: string | undefined;
  readonly metadata: boolean;
  readonly acr: readonly string[] | undefined;
  readonly age: number | undefined;
  readonly dpop: "off" | "when_bound" | "required";
}

const SHAPES: Shape[] = [];
for (const realm of [undefined, "An API, with = and ; and 'quotes' of one kind"]) {
  for (const metadata of [false, true]) {
    for (const acr of [undefined, ["gold", "urn:mace:incommon:iap:silver"]]) {
      for (const age of [undefined, 0, 300]) {
        for (const dpop of ["off", "when_bound", "required"] as const) {
          SHAPES.push({ path: `/shape-${SHAPES.length}-`, realm, metadata, acr, age, dpop });
        }
      }
    }
  }
}

beforeAll(() =>
  world.configure(
    Object.fromEntries(
      SHAPES.map(({ path, realm, metadata, acr, age, dpop }) => [
        path,
        [
          world.introspection({
            scope: ["read", "urn:scope:write"],
            dpop,
            token_query_arg: "access_token",
            ...(realm === undefined ? {} : { realm }),
            ...(metadata ? { resource_metadata: METADATA } : {}),
            ...(acr === undefined ? {} : { acr_values: acr }),
            ...(age === undefined ? {} : { max_age: age }),
          }),
        ],
      ]),
    ),
  ),
);

function common({ realm, metadata }: Shape): Record<string, string> {
  return { realm: realm ?? "service", ...(metadata ? { resource_metadata: METADATA } : {}) };
}

/** The challenge must have exactly these parameters, beside algs where it is one of DPoP. */
function expectChallenge(
  answer: Answer,
  shape: Shape,
  status: number,
  parameters: Record<string, string>,
  dpop = shape.dpop === "required",
): void {
  expect(answer.status).toBe(status);
  const challenge = challengeOf(answer);
  expect(challenge.scheme).toBe(dpop ? "DPoP" : "Bearer");
  const { algs, ...rest } = Object.fromEntries(challenge.parameters);
  expect(rest).toEqual({ ...common(shape), ...parameters });
  // RFC 9449 §7.1: a space-delimited list of algorithms, none of them symmetric.
  if (dpop) expect((algs ?? "").split(" ")).toEqual(expect.arrayContaining(["ES256", "RS256"]));
  else expect(algs).toBeUndefined();
}

function send(
  shape: Shape,
  what: Claims | Responder,
  headers: readonly Header[] = [],
  scheme = "Bearer",
): Promise<Answer> {
  const token = newToken();
  world.server.answer(token, what);
  return world.send(shape.path, { headers: [bearer(token, scheme), ...headers] });
}

describe.each(SHAPES)("realm $realm, metadata $metadata, acr $acr, max_age $age, dpop $dpop", (shape) => {
  const demanded = shape.acr !== undefined || shape.age !== undefined;
  /** A token that is bound as `dpop: required` wants it is refused for its proof, before its claims. */
  const claimsCount = shape.dpop !== "required";

  it("no token: no error code", async () => {
    expectChallenge(await world.send(shape.path), shape, 401, {});
  });

  it("two tokens", async () => {
    const answer = await world.send(`${shape.path}?access_token=a`, { headers: [bearer("b")] });
    expectChallenge(answer, shape, 400, { error: "invalid_request" });
  });

  it("an inactive token", async () => {
    expectChallenge(await send(shape, INACTIVE), shape, 401, { error: "invalid_token" });
  });

  it("under the scheme DPoP a client hears DPoP", async () => {
    expectChallenge(await send(shape, INACTIVE, [], "DPoP"), shape, 401, { error: "invalid_token" }, true);
  });

  it("a scope is missing: all that are needed are named", async () => {
    const answer = await send(shape, active({ scope: "read" }));
    if (!claimsCount) return expectChallenge(answer, shape, 401, { error: "invalid_token" });
    expectChallenge(answer, shape, 403, { error: "insufficient_scope", scope: "read urn:scope:write" });
  });

  it("the authentication is not strong or not young enough", async () => {
    const answer = await send(shape, active({ scope: "read urn:scope:write", acr: "bronze", auth_time: 1 }));
    if (!claimsCount) return expectChallenge(answer, shape, 401, { error: "invalid_token" });
    if (!demanded) return expect(answer.status).toBe(200);
    expectChallenge(answer, shape, 401, {
      error: "insufficient_user_authentication",
      ...(shape.acr === undefined ? {} : { acr_values: shape.acr.join(" ") }),
      ...(shape.age === undefined ? {} : { max_age: String(shape.age) }),
    });
  });

  it("a server's trouble has none", async () => {
    for (const responder of [text("", 503), json({ error: "invalid_client" }, 401)]) {
      const answer = await send(shape, responder);
      expect([500, 503]).toContain(answer.status);
      expect(valuesOf(answer, "WWW-Authenticate")).toEqual([]);
    }
  });
});
