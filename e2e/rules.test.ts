/** The authorization rules beside those of the table of answers: what passes and what does not (design section 4, S35). */
import { beforeAll, expect, it, describe } from "vitest";
import { active, nowSeconds, type Claims } from "./support/authorization-server.ts";
import { useWorld } from "./support/world.ts";

const world = useWorld();

beforeAll(() =>
  world.configure({
    "/scope": [world.introspection({ scope: ["a b", "c"] })],
    "/scope-any": [world.introspection({ scope_any: ["admin", "read write"] })],
    "/audience": [world.introspection({ audience: ["urn:one", "urn:two"] })],
    "/issuers": [world.introspection({ issuers_allowed: ["https://one.example", "https://two.example"] })],
    "/clients": [world.introspection({ client_ids_allowed: ["app", "4711"] })],
    "/claims": [
      world.introspection({
        claims_required: { "realm_access.roles": ["admin", "root"], tenant: [], verified: ["true"], level: ["3"] },
      }),
    ],
    "/dotted": [world.introspection({ claims_required: { "https://api.example/roles": ["x"] } })],
    "/acr": [world.introspection({ acr_values: ["gold"] })],
    "/age": [world.introspection({ max_age: 600 })],
    "/leeway": [world.introspection({ leeway: 120 })],
    "/plain": [world.introspection()],
  }),
);

const CLAIMS = { realm_access: { roles: ["user", "admin"] }, tenant: "t", verified: true, level: 3 };

describe.each<[string, [what: string, claims: Claims, status: number][]]>([
  [
    "/scope",
    [
      ["all, in any order", { scope: "c b a" }, 200],
      ["all, with more spaces", { scope: "  a  b   c " }, 200],
      ["one missing", { scope: "a c" }, 403],
    ],
  ],
  [
    "/scope-any",
    [
      ["one of them", { scope: "x admin" }, 200],
      ["a group as a whole", { scope: "write read" }, 200],
      ["half a group", { scope: "read" }, 403],
      ["none", { scope: "x" }, 403],
      ["absent", {}, 403],
    ],
  ],
  [
    "/audience",
    [
      ["a string", { aud: "urn:two" }, 200],
      ["a list", { aud: ["urn:x", "urn:one"] }, 200],
      ["an empty list", { aud: [] }, 401],
      ["one that only begins alike", { aud: "urn:one:more" }, 401],
      ["an object", { aud: { "urn:one": true } }, 401],
      ["nested lists", { aud: [["urn:one"]] }, 401],
    ],
  ],
  [
    "/issuers",
    [
      ["one of them", { iss: "https://two.example" }, 200],
      ["with a slash more", { iss: "https://two.example/" }, 401],
      ["in a list", { iss: ["https://two.example"] }, 401],
      ["null", { iss: null }, 401],
    ],
  ],
  [
    "/clients",
    [
      ["one of them", { client_id: "app" }, 200],
      ["a number", { client_id: 4711 }, 200],
      ["Keycloak's name", { client_id: undefined, clientId: "app" }, 200],
      ["the standard's name wins", { client_id: "other", clientId: "app" }, 403],
      ["in a list", { client_id: ["app"] }, 403],
      ["absent", { client_id: undefined }, 403],
    ],
  ],
  [
    "/claims",
    [
      ["all as required", CLAIMS, 200],
      ["another role", { ...CLAIMS, realm_access: { roles: ["user"] } }, 403],
      ["the role as a string", { ...CLAIMS, realm_access: { roles: "root" } }, 200],
      ["no role", { ...CLAIMS, realm_access: {} }, 403],
      ["a role that is an object", { ...CLAIMS, realm_access: { roles: { admin: true } } }, 403],
      ["the path's parent is a string", { ...CLAIMS, realm_access: "admin" }, 403],
      ["tenant null", { ...CLAIMS, tenant: null }, 403],
      ["tenant false: it is there", { ...CLAIMS, tenant: false }, 200],
      ["verified false", { ...CLAIMS, verified: false }, 403],
      ["verified as text", { ...CLAIMS, verified: "true" }, 200],
      ["another level", { ...CLAIMS, level: 30 }, 403],
    ],
  ],
  [
    "/dotted",
    [
      ["a name with dots", { "https://api.example/roles": ["x"] }, 200],
      ["the same path nested", { "https://api": { "example/roles": "x" } }, 200],
    ],
  ],
  [
    "/acr",
    [
      ["right", { acr: "gold" }, 200],
      ["wrong", { acr: "silver" }, 401],
      ["in a list", { acr: ["silver", "gold"] }, 200],
      ["in none of a list", { acr: ["silver"] }, 401],
    ],
  ],
  [
    "/age",
    [
      ["recent", { auth_time: nowSeconds() }, 200],
      ["old", { auth_time: nowSeconds() - 3600 }, 401],
      ["no number", { auth_time: String(nowSeconds()) }, 401],
    ],
  ],
  [
    "/leeway",
    [
      ["expired, within the leeway", { exp: nowSeconds() - 30 }, 200],
      ["expired for longer", { exp: nowSeconds() - 3600 }, 401],
      ["not valid yet, within the leeway", { nbf: nowSeconds() + 60 }, 200],
      ["not valid for longer", { nbf: nowSeconds() + 3600 }, 401],
    ],
  ],
  [
    "/plain",
    [
      ["no exp", { exp: undefined }, 200],
      ["exp null", { exp: null }, 200],
      ["exp with a fraction", { exp: nowSeconds() + 3600.5 }, 200],
      ["exp far away", { exp: 99_999_999_999 }, 200],
      ["exp negative", { exp: -1 }, 401],
      ["exp 0", { exp: 0 }, 401],
      ["token_type in any case", { token_type: "bEARER" }, 200],
      ["token_type null", { token_type: null }, 200],
      ["token_type Bearer although typ says Refresh", { token_type: "Bearer", typ: "Refresh" }, 200],
      ["token_type N_A", { token_type: "N_A" }, 401],
    ],
  ],
])("%s", (path, rows) => {
  it.each(rows)("%s", async (_what, claims, status) => {
    expect((await world.sendToken(path, active(claims))).status).toBe(status);
  });
});
