/**
 * An account of what was sent, to be compared with what the authorization server was asked: one introspection for each token and question,
 * however often the token came. Where nothing may be cached, one for each request.
 */
import type { PluginEntry } from "./cases/case.ts";
import { tokenIn } from "./tokens.ts";

/** Settings by which two configurations ask different questions of the same token, as far as the cases differ in them. */
const QUESTION = ["ttl", "negative_ttl", "stale_ttl", "introspection_args", "introspection_headers"];

export interface Tally {
  note(plugins: readonly PluginEntry[], requests: readonly Buffer[]): void;
  /** Introspections that all of this takes. */
  expected(): number;
}

/** What the authorization server was asked, and what it should have been. */
export interface Introspections {
  readonly made: number;
  readonly expected: number;
}

export function startTally(): Tally {
  const asked = new Set<string>();
  let always = 0;
  return {
    note(plugins, requests) {
      const config = plugins.find(({ name }) => name === "token-introspection")?.config;
      if (config === undefined) return;
      if (config["ttl"] === 0) {
        always += requests.length;
        return;
      }
      const question = JSON.stringify(QUESTION.map((name) => config[name] ?? null));
      // The same request again and again is the same object.
      for (const request of new Set(requests)) asked.add(`${question} ${tokenIn(request)}`);
    },
    expected: () => asked.size + always,
  };
}
