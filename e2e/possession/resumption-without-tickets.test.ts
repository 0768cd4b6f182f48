/** Resumption where the gateway itself gives no tickets: both versions then resume by what the server remembers. */
import { useWorld } from "../support/world.ts";
import { describeResumption } from "./support/resumption.ts";

const world = useWorld({ settings: { ssl_session_tickets: "off" } });

describeResumption(world, [
  ["TLS 1.3, remembered by the server", { version: "TLSv1.3", tickets: true }],
  ["TLS 1.2, session ids", { version: "TLSv1.2", tickets: true }],
]);
