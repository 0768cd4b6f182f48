/** Resumption by tickets, which are Kong's default, and by the session ids of TLS 1.2, for clients without tickets. */
import { useWorld } from "../support/world.ts";
import { describeResumption } from "./support/resumption.ts";

const world = useWorld();

describeResumption(world, [
  ["TLS 1.3, tickets", { version: "TLSv1.3", tickets: true }],
  ["TLS 1.2, tickets", { version: "TLSv1.2", tickets: true }],
  ["TLS 1.2, session ids", { version: "TLSv1.2", tickets: false }],
]);
