/** The cases of another project's plugins, from its own kong.yml. */
import { makeToken } from "../tokens.ts";
import { bearer, makeCase } from "./builder.ts";
import type { Case, CaseList, Surroundings } from "./case.ts";
import { configurationOf, makeCases } from "./list.ts";

interface PeerRoute {
  readonly name?: string;
  readonly tags?: readonly string[];
}

/** Each route of a peer's kong.yml, between a bare route and a floor. */
export function makePeerCases(
  peer: string,
  text: string,
  parse: (text: string) => unknown,
  surroundings: Surroundings,
): CaseList {
  const replaced = text
    .replaceAll("{{upstream}}", `http://127.0.0.1:${surroundings.upstreamPort}`)
    .replaceAll("{{introspection_endpoint}}", `http://127.0.0.1:${surroundings.authorizationServerPort}/introspect`);
  const own = parse(replaced) as { services?: { routes?: PeerRoute[] }[] } & Record<string, unknown>;
  const cases = makeCases(surroundings).cases.filter(({ name }) => /^(mtls-)?(bare|floor)$/.test(name));
  const configuration = configurationOf(cases, surroundings) as { services: unknown[] };
  const peers = (own.services ?? [])
    .flatMap(({ routes = [] }) => routes)
    .map((route): Case => {
      const name = route.name ?? peer;
      const mtls = route.tags?.includes("mtls") === true;
      const token = mtls ? makeToken("bound", 1, surroundings.thumbprint) : makeToken("live", 1);
      return makeCase({ name, title: `route ${name}`, transport: mtls ? "mtls" : "plain" }, bearer(token));
    });
  return {
    cases: [...cases, ...peers],
    configuration: { ...own, ...configuration, services: [...configuration.services, ...(own.services ?? [])] },
  };
}
