/** The order of the checks (design section 3): a token that is wrong in many ways is refused for the first. */
import { beforeAll, describe, expect, it } from "vitest";
import { active, nowSeconds, type Claims } from "../support/authorization-server.ts";
import { bearer, type Header } from "../support/client.ts";
import { MESSAGES, refusalBody } from "../support/expectations.ts";
import { newToken } from "../support/secrets.ts";
import { useWorld } from "../support/world.ts";

const world = useWorld();

beforeAll(() =>
  world.configure({
    "/open": [world.introspection()],
    "/everything": [
      world.introspection({
        issuers_allowed: ["https://as.example"],
        audience: ["urn:api"],
        scope: ["read"],
        scope_any: ["a", "b"],
        client_ids_allowed: ["app"],
        claims_required: { tenant: ["one"] },
        acr_values: ["gold"],
        max_age: 3000,
        consumer_claim: "sub",
        consumer_optional: false,
      }),
    ],
  }),
);

/** What is mended step by step, and why the token was refused before: status, code, what the log begins with. */
const STEPS: readonly (readonly [mended: Claims, status: number, reason: string, cause: RegExp])[] = [
  [{ cnf: undefined }, 401, "invalid_token", /certificate/],
  [{ exp: nowSeconds() + 3600 }, 401, "invalid_token", /^exp:/],
  [{ token_type: "Bearer" }, 401, "invalid_token", /^token_type:/],
  [{ iss: "https://as.example" }, 401, "invalid_token", /^issuers_allowed:/],
  [{ aud: "urn:api" }, 401, "invalid_token", /^audience:/],
  [{ scope: "read" }, 403, "insufficient_scope", /^scope:/],
  [{ scope: "read b" }, 403, "insufficient_scope", /^scope_any:/],
  [{ client_id: "app" }, 403, "insufficient_scope", /^client_ids_allowed:/],
  [{ tenant: "one" }, 403, "insufficient_scope", /^claims_required:/],
  [{ acr: "gold" }, 401, "insufficient_user_authentication", /^acr_values:/],
  [{ auth_time: nowSeconds() }, 401, "insufficient_user_authentication", /^max_age:/],
  [{ sub: "anybody" }, 403, "consumer_not_found", /^consumer_claim:/],
];

const ALL_WRONG: Claims = {
  active: true,
  sub: "stranger",
  cnf: { "x5t#S256": "A".repeat(43) },
  exp: nowSeconds() - 10,
  token_type: "Refresh",
  iss: "https://other.example",
  aud: "urn:other",
  scope: "none",
  client_id: "other",
  tenant: "two",
  acr: "bronze",
  auth_time: 1,
};

function before(step: number): Claims {
  return Object.assign({}, ALL_WRONG, ...STEPS.slice(0, step).map(([mended]) => mended)) as Claims;
}

describe("the first rule that fails decides", () => {
  it.each(STEPS.map(([, status, reason, cause], step) => ({ step, status, reason, cause })))(
    "$reason by $cause",
    async ({ step, status, reason, cause }) => {
      const answer = await world.sendToken("/everything", before(step));
      expect([answer.status, answer.body]).toEqual([status, refusalBody(status, MESSAGES.denied)]);
      const [entry] = await world.requestLog("/everything");
      expect(entry?.token_introspection).toMatchObject({ outcome: "refused", reason });
      expect(String(entry?.token_introspection?.["cause"])).toMatch(cause);
    },
  );
});

describe("what comes before the token is looked at", () => {
  it("a Connection that names our headers, with or without a token", async () => {
    const headers: Header[] = [["Connection", "X-Credential-Sub"]];
    expect((await world.send("/open", { headers })).status).toBe(400);
    const token = newToken();
    world.server.answer(token, active());
    expect((await world.send("/open", { headers: [bearer(token), ...headers] })).status).toBe(400);
    expect(world.server.asked(token)).toBe(0);
  });
});
