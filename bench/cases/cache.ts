/** Tokens that are many, new, or not good. */
import { requestFor } from "../client.ts";
import { makeToken } from "../tokens.ts";
import { bearer, floorPlugin, introspectionWith, makeCase } from "./builder.ts";
import type { Case, Surroundings } from "./case.ts";

/** Many tokens in turn, with a bare route and a floor that get the same ones: long texts that differ cost nginx and LuaJIT too. */
function manyTokens(surroundings: Surroundings): Case[] {
  const { tokens } = surroundings;
  const title = `${tokens.toLocaleString("en")} tokens in turn`;
  const inTurn = (name: string): Pick<Case, "name" | "requests"> => {
    let turn = 0;
    const nth = (index: number): Buffer => requestFor(`/${name}/`, bearer(makeToken("live", `many-${index}`)));
    return {
      name,
      // A prime number of steps apart, so that neighbours in time are strangers.
      requests: (count) => Array.from({ length: count }, () => nth((turn = (turn + 7919) % tokens))),
    };
  };
  const many = inTurn("tokens");
  return [
    makeCase({ ...inTurn("tokens-bare"), title: `no plugin, ${title}`, bare: undefined, floor: undefined }),
    makeCase({
      ...inTurn("tokens-floor"),
      title: `floor, ${title}`,
      bare: "tokens-bare",
      floor: undefined,
      plugins: [floorPlugin()],
    }),
    makeCase({
      ...many,
      title: `token-introspection, ${title}`,
      bare: "tokens-bare",
      floor: "tokens-floor",
      plugins: [introspectionWith(surroundings)({ ttl: 12 * 3600 })],
      // Twice: the worker's own cache takes a token at its second use.
      first: () => [...many.requests(tokens, []), ...many.requests(tokens, [])],
    }),
  ];
}

export function cacheCases(surroundings: Surroundings): Case[] {
  const introspection = introspectionWith(surroundings);
  let cold = 0;
  return [
    ...manyTokens(surroundings),
    makeCase({
      name: "cold",
      title: "token-introspection, a token seen for the first time",
      plugins: [introspection({ ttl: 60 })],
      share: 0.25,
      first: () => [],
      requests: (count) =>
        Array.from({ length: count }, () =>
          requestFor("/cold/", bearer(makeToken("live", `cold-${process.pid}-${(cold += 1)}`))),
        ),
    }),
    makeCase({
      name: "ask",
      title: "the authorization server asked each time (ttl 0)",
      plugins: [introspection({ ttl: 0 })],
      share: 0.25,
    }),
    makeCase(
      {
        name: "negative",
        title: "an inactive token, cached (401)",
        floor: undefined,
        plugins: [introspection({ negative_ttl: 24 * 3600 })],
        status: 401,
      },
      bearer(makeToken("dead", 1)),
    ),
  ];
}
