/** One introspection for a whole node: its workers share the flight and the answer (design section 6). */
import { expect, it } from "vitest";
import { active, Gate, json } from "./support/authorization-server.ts";
import { bearer } from "./support/client.ts";
import { newToken } from "./support/secrets.ts";
import { useWorld } from "./support/world.ts";

const world = useWorld({
  settings: { nginx_worker_processes: "2" },
  // A configuration that is there from the start: a new one reaches several workers at several times.
  routes: (made) => ({ "/api": [made.introspection({ timeout: 60_000 })] }),
});

it("fifty requests over two workers cost one introspection", async () => {
  const token = newToken();
  const gate = new Gate();
  world.server.answer(token, gate.before(json(active())));
  setTimeout(() => gate.open(), 1000);
  const answers = await Promise.all(Array.from({ length: 50 }, () => world.send("/api", { headers: [bearer(token)] })));
  expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
  expect(world.server.asked(token)).toBe(1);
});
