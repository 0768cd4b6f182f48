/** Concurrent first requests with one token cost one introspection, whatever the authorization server does (design section 6). */
import { beforeAll, describe, expect, it } from "vitest";
import { active, Gate, INACTIVE, json, silence, text, type Responder } from "./support/authorization-server.ts";
import { bearer, type Answer } from "./support/client.ts";
import { expectRefusal, INVALID_TOKEN, UNAVAILABLE, UNEXPECTED } from "./support/expectations.ts";
import { newToken } from "./support/secrets.ts";
import { until } from "./support/until.ts";
import { useWorld } from "./support/world.ts";

const world = useWorld();
const CROWD = 50;
const TIMEOUT_MS = 4000;
const SLACK_MS = 20_000;

beforeAll(() =>
  world.configure({
    "/patient": [world.introspection({ timeout: 60_000 })],
    "/patient-too": [world.introspection({ timeout: 60_000, scope: ["read"] })],
    "/hasty": [world.introspection({ timeout: TIMEOUT_MS })],
    "/uncached": [world.introspection({ timeout: 60_000, ttl: 0 })],
  }),
);

/** Sends fifty requests with one token at once. */
function crowd(path: string, token: string): Promise<Answer[]> {
  return Promise.all(Array.from({ length: CROWD }, () => world.send(path, { headers: [bearer(token)] })));
}

/** Holds the answer back until the crowd has had ample time to gather. What comes later still must not ask again. */
function slowly(responder: Responder): Responder {
  const gate = new Gate();
  setTimeout(() => gate.open(), 1000);
  return gate.before(responder);
}

describe("one introspection for fifty requests", () => {
  it("when the server answers at once", async () => {
    const token = newToken();
    world.server.answer(token, active());
    for (const answer of await crowd("/patient", token)) expect(answer.status).toBe(200);
    expect(world.server.asked(token)).toBe(1);
  });

  it("when the server is slow", async () => {
    const token = newToken();
    world.server.answer(token, slowly(json(active())));
    for (const answer of await crowd("/patient", token)) expect(answer.status).toBe(200);
    expect(world.server.asked(token)).toBe(1);
  });

  it("for two routes that ask the same question and judge the answer differently", async () => {
    const token = newToken();
    world.server.answer(token, slowly(json(active({ scope: "write" }))));
    const [plain, scoped] = await Promise.all([crowd("/patient", token), crowd("/patient-too", token)]);
    for (const answer of plain) expect(answer.status).toBe(200);
    for (const answer of scoped) expect(answer.status).toBe(403);
    expect(world.server.asked(token)).toBe(1);
  });
});

describe("an error goes to those who wait for it, and to no others", () => {
  it.each([
    ["503", text("", 503), UNAVAILABLE],
    ["401", text("", 401), UNEXPECTED],
    ["inactive", json(INACTIVE), INVALID_TOKEN],
  ] as const)("when the server answers slowly: %s", async (_name, responder, refusal) => {
    const token = newToken();
    world.server.answer(token, slowly(responder));
    for (const answer of await crowd("/patient", token)) expectRefusal(answer, refusal);
    // Whoever came when the first flight had landed began another one.
    expect(world.server.asked(token)).toBeLessThanOrEqual(5);
    world.server.answer(token, active());
    expect((await world.send("/patient", { headers: [bearer(token)] })).status).toBe(200);
  });

  it("when the server never answers: each gets its 503 within the timeout", async () => {
    const token = newToken();
    world.server.answer(token, silence);
    const began = Date.now();
    for (const answer of await crowd("/hasty", token)) expectRefusal(answer, UNAVAILABLE);
    expect(Date.now() - began).toBeLessThan(TIMEOUT_MS + SLACK_MS);
    expect(world.server.asked(token)).toBeLessThanOrEqual(5);
    world.server.answer(token, active());
    expect((await world.send("/hasty", { headers: [bearer(token)] })).status).toBe(200);
  });

  it("when the server resets each connection", async () => {
    const token = newToken();
    world.server.answer(token, (response) => void response.socket?.destroy());
    for (const answer of await crowd("/patient", token)) expectRefusal(answer, UNAVAILABLE);
    // Each flight asks at most twice: retries is 1.
    expect(world.server.asked(token)).toBeLessThan(CROWD);
  });
});

describe("a client that goes away", () => {
  it("harms nobody who waits for the same answer", async () => {
    const token = newToken();
    const gate = new Gate();
    world.server.answer(token, gate.before(json(active())));
    const leaving = new AbortController();
    const leader = world.send("/patient", { headers: [bearer(token)], signal: leaving.signal });
    const left = leader.then(
      () => "answered",
      () => "gone",
    );
    await until("the first request asks", () => world.server.asked(token) === 1);
    const followers = Array.from({ length: 5 }, () => world.send("/patient", { headers: [bearer(token)] }));
    leaving.abort();
    expect(await left).toBe("gone");
    gate.open();
    for (const answer of await Promise.all(followers)) expect(answer.status).toBe(200);
    expect(world.server.asked(token)).toBe(1);
  });
});

describe("ttl = 0", () => {
  it("asks for each request", async () => {
    const token = newToken();
    world.server.answer(token, active());
    for (let i = 0; i < 3; i += 1) {
      expect((await world.send("/uncached", { headers: [bearer(token)] })).status).toBe(200);
    }
    expect(world.server.asked(token)).toBe(3);
  });
});

describe("tokens of different callers", () => {
  it("do not wait for each other", async () => {
    const slow = newToken();
    const gate = new Gate();
    world.server.answer(slow, gate.before(json(active())));
    const waiting = world.send("/patient", { headers: [bearer(slow)] });
    await until("the slow one asks", () => world.server.asked(slow) === 1);
    expect((await world.sendToken("/patient", active())).status).toBe(200);
    gate.open();
    expect((await waiting).status).toBe(200);
  });
});
