/** Resumed TLS sessions (RFC 8446 §2.2, RFC 5077, RFC 5246 §7.3): the resumed connection has the certificate of the first. */
import { beforeAll, describe, expect, it } from "vitest";
import type { Identity } from "../../../demo/pki.ts";
import { active } from "../../support/authorization-server.ts";
import type { Answer } from "../../support/client.ts";
import { expectRefusal, INVALID_TOKEN } from "../../support/expectations.ts";
import { thumbprintOf } from "../../support/pki.ts";
import type { World } from "../../support/world.ts";
import { connectionsOver, type TlsChoice } from "./connections.ts";

/** Sends one request over a connection of its own. */
async function sendOver(
  world: World,
  choice: TlsChoice,
  thumbprint: string,
  identity: Identity | undefined,
  session?: Buffer,
): Promise<Answer> {
  const connections = connectionsOver(choice);
  try {
    const claims = active({ cnf: { "x5t#S256": thumbprint } });
    const offered = session === undefined ? {} : { session };
    const own = identity === undefined ? { tls: true } : { identity };
    return await world.sendToken("/required", claims, { ...own, connections, ...offered });
  } finally {
    connections.close();
  }
}

/** The tests of resumption, for a gateway that gives sessions in one way. */
export function describeResumption(world: World, choices: readonly (readonly [string, TlsChoice])[]): void {
  beforeAll(() => world.configure({ "/required": [world.introspection({ certificate_binding: "required" })] }));

  describe.each(choices)("%s", (_name, choice) => {
    it.each<[string, () => Identity]>([
      ["a certificate of our authority", () => world.pki.client1],
      ["one that signed itself", () => world.pki.selfSigned],
    ])("%s: the resumed connection has it, and no other", async (_kind, identity) => {
      const own = await thumbprintOf(identity());
      const other = await thumbprintOf(world.pki.client2);
      const first = await sendOver(world, choice, own, identity());
      expect([first.status, first.resumed]).toEqual([200, false]);
      const session = first.sessions.at(-1);
      expect(session).toBeDefined();
      const second = await sendOver(world, choice, own, identity(), session);
      expect([second.status, second.resumed]).toEqual([200, true]);
      const stolen = await sendOver(world, choice, other, identity(), second.sessions.at(-1) ?? session);
      expect(stolen.resumed).toBe(true);
      expectRefusal(stolen, INVALID_TOKEN);
    });

    it("a session without a certificate does not get one by being resumed", async () => {
      const own = await thumbprintOf(world.pki.client1);
      const first = await sendOver(world, choice, own, undefined);
      expectRefusal(first, INVALID_TOKEN);
      const second = await sendOver(world, choice, own, world.pki.client1, first.sessions.at(-1));
      expect(second.resumed).toBe(true);
      expectRefusal(second, INVALID_TOKEN);
    });
  });
}
