/** POST /token-introspection/forget on Kong's Admin API, with two workers (README, "Forgetting a token"). */
import { beforeEach, describe, expect, it } from "vitest";
import { active, INACTIVE, type Claims } from "../support/authorization-server.ts";
import { bearer, Client, type Answer, type Header } from "../support/client.ts";
import { newToken } from "../support/secrets.ts";
import { until } from "../support/until.ts";
import { useWorld } from "../support/world.ts";

const WORKERS = 2;
/** Configured before it starts: with several workers nobody can tell when each has taken a new configuration over. */
const world = useWorld({
  settings: { nginx_worker_processes: String(WORKERS) },
  routes: (made) => ({
    "/one": [made.introspection({ ttl: 3600, negative_ttl: 3600 })],
    "/two": [made.introspection({ ttl: 1800, introspection_args: { question: "another" } })],
  }),
});
const FORM: Header = ["Content-Type", "application/x-www-form-urlencoded"];
const JSON_TYPE: Header = ["Content-Type", "application/json"];

beforeEach((context) => {
  context.skip(!world.gateway.capabilities.adminApi, "this gateway has no Admin API");
});

/** Asks the Admin API. */
function admin(path: string, body?: string, headers: readonly Header[] = [FORM], method = "POST"): Promise<Answer> {
  const port = world.gateway.adminPort ?? 0;
  const client = new Client({ http: port, https: port }, world.pki.ca.certificate);
  return client.send(path, { method, headers, ...(body === undefined ? {} : { body }) });
}

function forget(form: Record<string, string>): Promise<Answer> {
  return admin("/token-introspection/forget", new URLSearchParams(form).toString());
}

/** Calls many times at once, so that each worker has something to do. Gives the statuses and the workers that answered. */
async function callAtOnce(
  path: string,
  token: string,
): Promise<{ readonly statuses: number[]; readonly workers: Set<number> }> {
  const before = (await world.requestLog(path, 0)).length;
  const sent = Array.from({ length: 16 }, () => world.send(path, { headers: [bearer(token)] }));
  const statuses = (await Promise.all(sent)).map(({ status }) => status);
  const entries = (await world.requestLog(path, before + statuses.length)).slice(before);
  return { statuses, workers: new Set(entries.map(({ worker }) => worker.pid)) };
}

/** Calls until each worker has answered this token, so that each holds the answer. */
async function warm(path: string, token: string, status = 200): Promise<void> {
  const seen = new Set<number>();
  await until("each worker has answered the token", async () => {
    const { statuses, workers } = await callAtOnce(path, token);
    expect(new Set(statuses)).toEqual(new Set([status]));
    for (const worker of workers) seen.add(worker);
    return seen.size === WORKERS;
  });
}

/** A new token that each worker knows. */
async function known(path: string, claims: Claims, status = 200): Promise<string> {
  const token = newToken();
  world.server.answer(token, claims);
  await warm(path, token, status);
  return token;
}

/** The other worker learns of it by an event: it asks again as soon as it has heard. */
async function expectAskedAgain(path: string, token: string): Promise<void> {
  world.server.answer(token, INACTIVE);
  await until("no worker lets the token pass any more", async () => {
    const { statuses, workers } = await callAtOnce(path, token);
    return workers.size === WORKERS && statuses.every((status) => status === 401);
  });
}

/** Neither worker asks again. */
async function expectStillKnown(path: string, token: string): Promise<void> {
  const asked = world.server.asked(token);
  await warm(path, token);
  expect(world.server.asked(token)).toBe(asked);
}

describe("forgets", () => {
  it("a token, in every worker and under every configuration, and no other", async () => {
    const token = await known("/one", active());
    await warm("/two", token);
    const other = await known("/one", active());
    const answer = await forget({ token });
    expect([answer.status, answer.body]).toEqual([200, '{"forgotten":"token"}']);
    await expectAskedAgain("/one", token);
    await expectAskedAgain("/two", token);
    await expectStillKnown("/one", other);
  });

  it("a token that was inactive", async () => {
    const token = await known("/one", INACTIVE, 401);
    expect(world.server.asked(token)).toBe(1);
    world.server.answer(token, active());
    expect((await forget({ token })).status).toBe(200);
    await until(
      "the token passes",
      async () => (await world.send("/one", { headers: [bearer(token)] })).status === 200,
    );
  });

  it("all tokens of a subject", async () => {
    const hers = [
      await known("/one", active({ sub: "carol" })),
      await known("/one", active({ sub: "carol", client_id: "x" })),
    ];
    const his = await known("/one", active({ sub: "dave" }));
    expect((await forget({ sub: "carol" })).body).toBe('{"forgotten":"sub"}');
    for (const token of hers) await expectAskedAgain("/one", token);
    await expectStillKnown("/one", his);
  });

  it("all tokens of a client, under Keycloak's name for it too", async () => {
    const tokens = [
      await known("/one", active({ client_id: "lost-phone" })),
      await known("/one", active({ client_id: undefined, clientId: "lost-phone" })),
    ];
    const other = await known("/one", active({ client_id: "app" }));
    expect((await forget({ client_id: "lost-phone" })).body).toBe('{"forgotten":"client_id"}');
    for (const token of tokens) await expectAskedAgain("/one", token);
    await expectStillKnown("/one", other);
  });

  it("everything", async () => {
    const tokens = [await known("/one", active({ sub: "e" })), await known("/two", active({ sub: "f" }))];
    expect((await forget({ everything: "true" })).body).toBe('{"forgotten":"everything"}');
    await expectAskedAgain("/one", tokens[0] ?? "");
    await expectAskedAgain("/two", tokens[1] ?? "");
  });

  it("also by JSON", async () => {
    const token = await known("/one", active());
    const answer = await admin("/token-introspection/forget", JSON.stringify({ token }), [JSON_TYPE]);
    expect([answer.status, answer.body]).toEqual([200, '{"forgotten":"token"}']);
    await expectAskedAgain("/one", token);
    expect((await admin("/token-introspection/forget", '{"everything":true}', [JSON_TYPE])).status).toBe(200);
  });

  it("a token that nobody has seen: no error, and no hint whether it was known", async () => {
    const answer = await forget({ token: newToken() });
    expect([answer.status, answer.body]).toEqual([200, '{"forgotten":"token"}']);
  });

  it("and remembers again: the next answer is cached", async () => {
    const token = await known("/one", active());
    expect((await forget({ token })).status).toBe(200);
    await expectAskedAgain("/one", token);
    world.server.answer(token, active());
    expect((await forget({ token })).status).toBe(200);
    await until(
      "the token passes",
      async () => (await world.send("/one", { headers: [bearer(token)] })).status === 200,
    );
    await warm("/one", token);
    await expectStillKnown("/one", token);
  });
});

describe("says what it wants", () => {
  it.each<[string, string | undefined, Header]>([
    ["an empty body", "", FORM],
    ["nothing that it knows", "user=alice", FORM],
    ["an empty token", "token=", FORM],
    ["two things at once", "token=a&sub=b", FORM],
    ["two tokens", "token=a&token=b", FORM],
    ["everything, but false", "everything=false", FORM],
    ["a number", '{"sub":5}', JSON_TYPE],
    ["a list", '{"token":["a"]}', JSON_TYPE],
    ["an array", '["token"]', JSON_TYPE],
    ["everything: 1", '{"everything":1}', JSON_TYPE],
    ["JSON that is none", '{"token":', JSON_TYPE],
    ["a text", "token=a", ["Content-Type", "text/plain"]],
  ])("to %s", async (_name, body, type) => {
    const answer = await admin("/token-introspection/forget", body, [type]);
    expect([400, 415]).toContain(answer.status);
    expect(answer.body).not.toMatch(/traceback|\.lua/);
    // 415 is Kong's own page for a body that is no parameters.
    if (answer.status === 400) expect(JSON.parse(answer.body)).toHaveProperty("message");
  });

  it("to a token in the URL, for URLs stand in logs; also beside a good body", async () => {
    const token = await known("/one", active());
    for (const path of ["/token-introspection/forget?token=text", "/token-introspection/forget?x=1"]) {
      expect((await admin(path, "")).status).toBe(400);
      expect((await admin(path, `token=${token}`)).status).toBe(400);
    }
    await expectStillKnown("/one", token);
  });

  it.each(["GET", "PUT", "PATCH", "DELETE"])("to %s: not allowed", async (method) => {
    expect((await admin("/token-introspection/forget", "{}", [JSON_TYPE], method)).status).toBe(405);
  });
});
