/** One introspection for a whole node: its workers share the flight and the answer (design section 6). */
import { expect, it } from "vitest";
import { active, type Claims, Gate, INACTIVE, json } from "./support/authorization-server.ts";
import { bearer } from "./support/client.ts";
import { newToken } from "./support/secrets.ts";
import { useWorld } from "./support/world.ts";

const world = useWorld({
  settings: { nginx_worker_processes: "2" },
  // A configuration that is there from the start: a new one reaches several workers at several times.
  routes: (made) => ({ "/api": [made.introspection({ timeout: 60_000 })] }),
});

// An inactive answer is not cached here: it is told to those who wait for it, in whichever worker. Who comes when it has been told asks
// again, and on a busy machine one of fifty may come that late: another crowd then gets its try. Workers that share nothing never pass.
it.each<[string, Claims, number]>([
  ["an active token", active(), 200],
  ["an inactive one", INACTIVE, 401],
])("fifty requests over two workers cost one introspection: %s", { retry: 5 }, async (_name, claims, status) => {
  const token = newToken();
  const gate = new Gate();
  world.server.answer(token, gate.before(json(claims)));
  setTimeout(() => gate.open(), 1000);
  const answers = await Promise.all(Array.from({ length: 50 }, () => world.send("/api", { headers: [bearer(token)] })));
  expect(answers.map((answer) => answer.status)).toEqual(answers.map(() => status));
  expect(world.server.asked(token)).toBe(1);
});
