/** Tests of what not every gateway can do. */
import type { TestContext } from "vitest";
import type { Capabilities } from "../gateways/gateway.ts";
import type { World } from "./world.ts";

/** Ends a test, as one that did not run, where the gateway lacks what it needs: the count of passed tests stays honest. */
export function needs(context: TestContext, world: World, capability: keyof Capabilities): void {
  context.skip(!world.gateway.capabilities[capability], `the gateway has no ${capability}`);
}
