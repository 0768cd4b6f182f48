/** The plugins on a real Keycloak. All of it is one file, so that Keycloak starts once. */
import { describe } from "vitest";
import { clientAuthentication } from "./client-authentication.ts";
import { dpop } from "./dpop.ts";
import { lifetime } from "./lifetime.ts";
import { scenario } from "./scenario.ts";
import { useSetting } from "./setting.ts";
import { tokenKinds } from "./token-kinds.ts";
import { user } from "./user.ts";

const setting = useSetting();

describe("the scenario: certificate-bound tokens over mutual TLS (RFC 8705)", () => scenario(setting));
describe("the gateway proves to Keycloak who it is (RFC 7662 section 2.1)", () => clientAuthentication(setting));
describe("tokens that are not for this API, or no access tokens", () => tokenKinds(setting));
describe("how long a token counts", () => lifetime(setting));
describe("tokens bound to a key (RFC 9449)", () => dpop(setting));
describe("a user's token", () => user(setting));
