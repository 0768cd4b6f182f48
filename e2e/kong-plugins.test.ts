/** Kong's own plugins behind token-introspection (design section 3: before ip-restriction, acl and rate-limiting). */
import { beforeAll, describe, expect, it } from "vitest";
import { active } from "./support/authorization-server.ts";
import { valuesOf } from "./support/client.ts";
import { needs } from "./support/capability.ts";
import { useWorld } from "./support/world.ts";

const world = useWorld();

beforeAll(async () => {
  if (!world.gateway.capabilities.bundledPlugins) return;
  const limit = (limitBy: string) => ({
    name: "rate-limiting",
    // By the year, so that no count begins anew between two calls.
    config: { year: 2, policy: "local", limit_by: limitBy },
  });
  const cors = { name: "cors", config: { origins: ["https://app.example"] } };
  await world.configure(
    {
      "/credential": [world.introspection(), limit("credential")],
      "/consumer": [world.introspection({ consumer_claim: "sub" }), limit("consumer")],
      "/cors": [cors, world.introspection()],
    },
    { consumers: [{ username: "alice" }, { username: "bob" }] },
  );
});

/** The status of a call with a new token of this subject. */
async function callAs(path: string, sub: string): Promise<number> {
  return (await world.sendToken(path, active({ sub }))).status;
}

/** How many calls of this subject pass before one is refused. Kong counts after the answer, so that it may be more than the limit. */
async function callsUntilLimited(path: string, sub: string): Promise<number> {
  for (let calls = 0; calls < 20; calls += 1) {
    const status = await callAs(path, sub);
    if (status === 429) return calls;
    expect(status).toBe(200);
  }
  throw new Error("20 calls, and none was refused");
}

describe("rate-limiting", () => {
  it("by credential counts the caller, whichever token it has", async (context) => {
    needs(context, world, "bundledPlugins");
    expect(await callsUntilLimited("/credential", "carol")).toBeGreaterThanOrEqual(2);
    expect(await callAs("/credential", "dave")).toBe(200);
  });

  it("by consumer counts the consumer", async (context) => {
    needs(context, world, "bundledPlugins");
    expect(await callsUntilLimited("/consumer", "alice")).toBeGreaterThanOrEqual(2);
    expect(await callAs("/consumer", "bob")).toBe(200);
  });
});

describe("cors", () => {
  it("answers a preflight before any token is demanded", async (context) => {
    needs(context, world, "bundledPlugins");
    const answer = await world.send("/cors", {
      method: "OPTIONS",
      headers: [
        ["Origin", "https://app.example"],
        ["Access-Control-Request-Method", "GET"],
      ],
    });
    expect(answer.status).toBe(200);
    expect(valuesOf(answer, "Access-Control-Allow-Origin")).toEqual(["https://app.example"]);
    expect((await world.send("/cors")).status).toBe(401);
  });
});
