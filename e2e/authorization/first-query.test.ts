/**
 * The first query of a worker from which another plugin takes an argument before us: what Kong keeps of it must not bring the token back (design section 4,
 * hide_credentials). The only test of its file, for only the first such request of a worker can go wrong.
 */
import { expect, it } from "vitest";
import { active } from "../support/authorization-server.ts";
import { echoOf } from "../support/client.ts";
import { newToken } from "../support/secrets.ts";
import { useWorld } from "../support/world.ts";

const world = useWorld({
  routes: (made) => ({ "/first": [{ name: "e2e-session" }, made.introspection({ token_query_arg: "at" })] }),
});

it("is without the token", async () => {
  const token = newToken();
  world.server.answer(token, active());
  const answer = await world.send(`/first?session=s&at=${token}&z=1`);
  expect(echoOf(answer).query).toBe("z=1");
});
