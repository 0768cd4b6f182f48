/** One introspection for a whole node: its workers share the flight and the answer (design section 6). */
import { expect, it } from "vitest";
import { active, Gate, INACTIVE, json, nowSeconds, type Responder, text } from "./support/authorization-server.ts";
import { bearer, valuesOf } from "./support/client.ts";
import { newToken } from "./support/secrets.ts";
import { useWorld } from "./support/world.ts";

const world = useWorld({
  settings: { nginx_worker_processes: "2" },
  // A configuration that is there from the start: a new one reaches several workers at several times.
  routes: (made) => ({
    "/api": [made.introspection({ timeout: 60_000 })],
    "/no-store": [made.introspection({ timeout: 60_000, respect_cache_control: true })],
  }),
});

// What may not be cached is told to those who wait for it, in whichever worker. Who comes when it has been told asks again, and on a busy machine
// one of fifty may come that late: another crowd then gets its try. Workers that share nothing never pass.
it.each<[string, string, Responder, number, number]>([
  ["an active token", "/api", json(active()), 200, 1],
  ["an inactive one", "/api", json(INACTIVE), 401, 1],
  ["one that has expired", "/api", json(active({ exp: nowSeconds() - 5 })), 401, 1],
  ["an answer that may not be stored", "/no-store", json(active(), 200, { "Cache-Control": "no-store" }), 200, 1],
  ["our credentials are refused", "/api", text("", 401), 500, 1],
  ["an answer that is none", "/api", text("<html>"), 500, 1],
  ["a server that fails", "/api", text("", 503, { "Retry-After": "7" }), 503, 1],
  ["a server that hangs up, and is asked once more by the same", "/api", (response) => void response.destroy(), 503, 2],
])(
  "fifty requests over two workers cost one flight: %s",
  { retry: 5 },
  async (_name, path, responder, status, calls) => {
    const token = newToken();
    const gate = new Gate();
    world.server.answer(token, gate.before(responder));
    setTimeout(() => gate.open(), 1000);
    const answers = await Promise.all(Array.from({ length: 50 }, () => world.send(path, { headers: [bearer(token)] })));
    expect(answers.map((answer) => answer.status)).toEqual(answers.map(() => status));
    expect(new Set(answers.map((answer) => valuesOf(answer, "Retry-After").join())).size).toBe(1);
    expect(world.server.asked(token)).toBe(calls);
  },
);
