/** All cases, and the kong.yml that serves them. */
import { bearerCases } from "./bearer.ts";
import { introspectionWith } from "./builder.ts";
import { cacheCases } from "./cache.ts";
import type { Case, CaseList, Surroundings } from "./case.ts";
import { jwtCase } from "./jwt.ts";
import { dpopCases, freshCases, mtlsCases, PRIMER } from "./possession.ts";

/** The routes of the soak. */
export const SOAK_TOKENS = "soak-tokens";
export const SOAK_CERTIFICATES = "soak-certificates";

/** The routes of the cases, and one for the gauge. */
export function configurationOf(
  cases: readonly Pick<Case, "name" | "plugins">[],
  surroundings: Surroundings,
  consumers: readonly unknown[] = [],
): Record<string, unknown> {
  const routes = cases.map(({ name, plugins }) => ({ name, paths: [`/${name}/`], plugins }));
  const gauge = { name: "gauge", paths: ["/gauge/"], plugins: [{ name: "bench-gauge" }] };
  return {
    _format_version: "3.0",
    services: [{ name: "upstream", url: `http://127.0.0.1:${surroundings.upstreamPort}`, routes: [...routes, gauge] }],
    ...(consumers.length === 0 ? {} : { consumers }),
  };
}

export function makeCases(surroundings: Surroundings): CaseList {
  const jwt = surroundings.kind === "kong" ? jwtCase() : undefined;
  const cases = [
    ...bearerCases(surroundings),
    ...cacheCases(surroundings),
    ...dpopCases(surroundings),
    ...(jwt === undefined ? [] : [jwt.case]),
    ...mtlsCases(surroundings),
    ...freshCases(surroundings),
  ];
  const introspection = introspectionWith(surroundings);
  const primer = { name: PRIMER, plugins: [introspection()] };
  // With the lifetime that users have: what is measured is what becomes of tokens that have expired.
  const soaked = introspection({ ttl: 30 });
  const soaks = [
    { name: SOAK_TOKENS, plugins: [soaked] },
    { name: SOAK_CERTIFICATES, plugins: [{ name: "mtls-auth" }, soaked] },
  ];
  const consumers = jwt === undefined ? [] : [jwt.consumer];
  return { cases, configuration: configurationOf([...cases, primer, ...soaks], surroundings, consumers) };
}
