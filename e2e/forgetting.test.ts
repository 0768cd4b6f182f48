/** The Admin API's route that makes the gateway ask again: one token, a subject's, a client's, or all. */
import { request } from "node:http";
import { beforeAll, describe, expect, it } from "vitest";
import { active, INACTIVE } from "./support/authorization-server.ts";
import { bearer } from "./support/client.ts";
import { needs } from "./support/capability.ts";
import { newToken } from "./support/secrets.ts";
import { useWorld } from "./support/world.ts";

const world = useWorld();
const FORGET = "/token-introspection/forget";

beforeAll(() => world.configure({ "/api": [world.introspection({ ttl: 3600 })] }));

function forget(body: unknown, path = FORGET): Promise<number> {
  return new Promise((done, fail) => {
    const headers = { "Content-Type": "application/json" };
    const options = { host: "127.0.0.1", port: world.gateway.adminPort, path, method: "POST", headers, agent: false };
    const outgoing = request(options, (response) => {
      response.resume();
      response.on("end", () => done(response.statusCode ?? 0));
    });
    outgoing.on("error", fail);
    outgoing.end(JSON.stringify(body));
  });
}

/** Two tokens of different subjects and clients that are cached as active, and inactive from now on. */
async function twoCached(): Promise<[string, string]> {
  const tokens: [string, string] = [newToken(), newToken()];
  for (const [index, token] of tokens.entries()) {
    world.server.answer(token, active({ sub: `sub-${index}`, client_id: `client-${index}` }));
    expect((await world.send("/api", { headers: [bearer(token)] })).status).toBe(200);
    world.server.answer(token, INACTIVE);
  }
  return tokens;
}

async function statuses(tokens: readonly string[]): Promise<number[]> {
  const answers = await Promise.all(tokens.map((token) => world.send("/api", { headers: [bearer(token)] })));
  return answers.map(({ status }) => status);
}

describe("what is forgotten is asked for again, and nothing else", () => {
  it("one token", async (context) => {
    needs(context, world, "adminApi");
    const tokens = await twoCached();
    expect(await forget({ token: tokens[0] })).toBe(200);
    expect(await statuses(tokens)).toEqual([401, 200]);
  });

  it("a subject's tokens", async (context) => {
    needs(context, world, "adminApi");
    const tokens = await twoCached();
    expect(await forget({ sub: "sub-0" })).toBe(200);
    expect(await statuses(tokens)).toEqual([401, 200]);
  });

  it("a client's tokens", async (context) => {
    needs(context, world, "adminApi");
    const tokens = await twoCached();
    expect(await forget({ client_id: "client-1" })).toBe(200);
    expect(await statuses(tokens)).toEqual([200, 401]);
  });

  it("everything", async (context) => {
    needs(context, world, "adminApi");
    const tokens = await twoCached();
    expect(await forget({ everything: true })).toBe(200);
    expect(await statuses(tokens)).toEqual([401, 401]);
  });

  it("what came afterwards is kept", async (context) => {
    needs(context, world, "adminApi");
    expect(await forget({ everything: true })).toBe(200);
    const { token, status } = await world.sendToken("/api", active({ sub: "sub-0" }));
    expect(status).toBe(200);
    for (let i = 0; i < 3; i += 1) expect(await statuses([token])).toEqual([200]);
    // Asked once, or once more where both fell into one moment.
    expect(world.server.asked(token)).toBeLessThanOrEqual(2);
  });
});

describe("a call that is not clear", () => {
  it("400, and nothing is forgotten", async (context) => {
    needs(context, world, "adminApi");
    const tokens = await twoCached();
    const bodies = [{}, { token: "" }, { token: 1 }, { token: "a", sub: "b" }, { everything: false }, { other: "x" }];
    for (const body of bodies) expect([body, await forget(body)]).toEqual([body, 400]);
    expect(await statuses(tokens)).toEqual([200, 200]);
  });

  it("a token in the URL, where logs would show it: 400", async (context) => {
    needs(context, world, "adminApi");
    expect(await forget({}, `${FORGET}?token=x`)).toBe(400);
  });
});
