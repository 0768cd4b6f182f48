/** The scenario: each step is a command, and what its answer must be. Nothing here runs or prints anything. */
import type { AuthorizationServerEndpoints } from "./authorization-server.ts";
import { answerHeader, type HttpAnswer } from "./terminal.ts";
import { headerValues, type Echo } from "./upstream.ts";

export interface Step {
  readonly title: string;
  /** The command, as the reader can type it in the project's directory. It ends in one `curl -i`. */
  readonly command: string;
  /** A line that puts the answer's access token into a shell variable, for the steps that follow. */
  readonly keep?: string;
  /** What differs from what must be, one line each; empty when all is well. */
  readonly differences: (answer: HttpAnswer) => string[];
  /** Lines of the answer worth reading. */
  readonly relevant: RegExp;
  /** What the step has shown. */
  readonly shows: string;
}

export interface ScenarioAddresses {
  readonly authorizationServer: AuthorizationServerEndpoints;
  /** The gateway: `https://localhost:8443`. */
  readonly gateway: string;
  /** Directory of the demo's files, relative to the project's: `.demo`. */
  readonly state: string;
}

type Check = (answer: HttpAnswer) => string | undefined;

const CLIENT = "system-client-mtls";
const ERROR_BODY = /^\{"data":\[\],"error":\{"code":[0-9]{3},"message":"[^"]+"\}\}$/;
const UPSTREAM_LINES = /^HTTP|"path"|"(x-credential-|x-client-)/i;
const REFUSAL_LINES = /^HTTP|^www-authenticate|^\{/i;

function all(...checks: Check[]): (answer: HttpAnswer) => string[] {
  return (answer) => checks.map((check) => check(answer)).filter((line) => line !== undefined);
}

function status(wanted: number): Check {
  return ({ status: got }) => (got === wanted ? undefined : `the status is ${got}, not ${wanted}`);
}

function body(wanted: RegExp): Check {
  return (answer) => (wanted.test(answer.body.trim()) ? undefined : `the body is not ${String(wanted)}`);
}

function challenge(wanted: RegExp): Check {
  return (answer) => {
    const got = answerHeader(answer, "WWW-Authenticate");
    return got !== undefined && wanted.test(got) ? undefined : `WWW-Authenticate is ${got ?? "absent"}`;
  };
}

/** Checks what the upstream received. */
function upstream(check: (echo: Echo) => string | undefined): Check {
  return (answer) => {
    let echo: Echo;
    try {
      echo = JSON.parse(answer.body) as Echo;
    } catch {
      return "the body is not the upstream's JSON";
    }
    return check(echo);
  };
}

function upstreamHeader(name: string, wanted: RegExp): Check {
  return upstream((echo) => {
    const values = headerValues(echo, name);
    return values.length === 1 && wanted.test(values[0] ?? "")
      ? undefined
      : `the upstream received ${name} as ${JSON.stringify(values)}`;
  });
}

/** No header of the upstream request may have any of these names, `_` counting as `-`. */
function upstreamLacks(...names: string[]): Check {
  return upstream((echo) => {
    const found = echo.headers.filter(([name]) => names.includes(name.toLowerCase().replaceAll("_", "-")));
    return found.length === 0 ? undefined : `the upstream received ${JSON.stringify(found)}`;
  });
}

function upstreamNowhere(text: string): Check {
  return upstream(({ headers }) => {
    const found = headers.filter(([, value]) => value.includes(text));
    return found.length === 0 ? undefined : `the upstream received ${JSON.stringify(found)}`;
  });
}

/** All steps in order. Each command stands on its own, but for the token variables of the steps before it. */
export function scenario({ authorizationServer, gateway, state }: ScenarioAddresses): Step[] {
  const curl = `curl -sS -i --cacert ${state}/pki/ca.crt`;
  const as = (client: string): string => `${curl} --cert ${state}/pki/${client}.crt --key ${state}/pki/${client}.key`;
  const api = `${gateway}/token-mtls/hello`;
  const bearer = (variable: string): string => `-H "Authorization: Bearer $${variable}"`;

  const tokenStep = (client: string, scope: string, variable: string, title: string, shows: string): Step => ({
    title,
    command:
      `${as(client)} \\\n  -d grant_type=client_credentials -d client_id=${CLIENT} -d scope=${scope} \\\n  ` +
      `${authorizationServer.tokenEndpoint} | tee ${state}/${variable}`,
    keep: `${variable}=$(sed -n 's/.*"access_token":"\\([^"]*\\)".*/\\1/p' ${state}/${variable})`,
    differences: all(status(200), body(/"access_token":"[^"]+"/), body(new RegExp(`"scope":"[^"]*${scope}`))),
    relevant: /^HTTP|^\{/,
    shows,
  });

  return [
    tokenStep(
      "client1",
      "system-access",
      "TOKEN1",
      "client1 asks the authorization server for a token, with its certificate",
      "The authorization server has bound the token to client1's certificate (RFC 8705).",
    ),
    {
      title: "client1 calls the API with its certificate and the token",
      command: `${as("client1")} \\\n  ${bearer("TOKEN1")} \\\n  ${api}`,
      differences: all(
        status(200),
        upstreamHeader("X-Credential-Client-ID", new RegExp(`^${CLIENT}$`)),
        upstreamHeader("X-Credential-Scope", /(^| )system-access( |$)/),
        upstreamHeader("X-Credential-Sub", /./),
        upstreamHeader("X-Client-CN", /^client1$/),
        upstreamHeader("X-Client-Organisation", /^Callista Enterprise AB$/),
        upstreamLacks("authorization", "x-client-cert"),
        upstream(({ path }) => (path === "/hello" ? undefined : `the upstream received the path ${path}`)),
      ),
      relevant: UPSTREAM_LINES,
      shows: "The request passed. The upstream sees who called, but neither the token nor the whole certificate.",
    },
    {
      title: "client2 calls with client1's token, and its own certificate",
      command: `${as("client2")} \\\n  ${bearer("TOKEN1")} \\\n  ${api}`,
      differences: all(status(401), challenge(/^Bearer realm="[^"]+", error="invalid_token"/), body(ERROR_BODY)),
      relevant: REFUSAL_LINES,
      shows: "A stolen token is worth nothing: it belongs to another certificate.",
    },
    tokenStep(
      "client2",
      "system-access",
      "TOKEN2",
      "client2 asks for a token of its own",
      "client2 is of the same organisation, so it may ask.",
    ),
    {
      title: "client2 calls with its own token",
      command: `${as("client2")} \\\n  ${bearer("TOKEN2")} \\\n  ${api}`,
      differences: all(status(200), upstreamHeader("X-Client-CN", /^client2$/)),
      relevant: UPSTREAM_LINES,
      shows: "It passes: what was refused was the foreign token, not client2.",
    },
    {
      title: "client1 calls without a token",
      command: `${as("client1")} ${api}`,
      // RFC 6750 §3.1: no error code where no credentials came.
      differences: all(status(401), challenge(/^Bearer realm="[^"]+"$/), body(ERROR_BODY)),
      relevant: REFUSAL_LINES,
      shows: "A certificate alone is not enough.",
    },
    {
      title: "Somebody calls with client1's token, without a certificate",
      command: `${curl} \\\n  ${bearer("TOKEN1")} \\\n  ${api}`,
      differences: all(
        status(401),
        body(/^\{"error":"invalid_request", ?"error_description": ?"mTLS client not provided or invalid"\}$/),
      ),
      relevant: REFUSAL_LINES,
      shows: "A token alone is not enough either: mtls-auth refuses.",
    },
    {
      title: "client1 calls with a token that nobody issued",
      command: `${as("client1")} \\\n  -H "Authorization: Bearer made-up" \\\n  ${api}`,
      differences: all(status(401), challenge(/error="invalid_token"/), body(ERROR_BODY)),
      relevant: REFUSAL_LINES,
      shows: "The authorization server called it inactive.",
    },
    tokenStep(
      "client1",
      "system-read",
      "TOKEN3",
      "client1 asks for a token with another scope",
      "It holds system-read, and the API asks for system-access.",
    ),
    {
      title: "client1 calls with that token",
      command: `${as("client1")} \\\n  ${bearer("TOKEN3")} \\\n  ${api}`,
      differences: all(
        status(403),
        challenge(/error="insufficient_scope"/),
        challenge(/scope="system-access"/),
        body(ERROR_BODY),
      ),
      relevant: REFUSAL_LINES,
      shows: "The token is good, but not for this: 403, and the challenge names the scope that is missing.",
    },
    {
      title: "client1 claims to be somebody else, in headers of its own",
      command:
        `${as("client1")} \\\n  ${bearer("TOKEN1")} \\\n  ` +
        `-H "X-Credential-Sub: admin" -H "x_credential_sub: admin" -H "X-Client-CN: admin" \\\n  ${api}`,
      differences: all(
        status(200),
        upstreamNowhere("admin"),
        upstreamHeader("X-Credential-Sub", /./),
        upstreamHeader("X-Client-CN", /^client1$/),
      ),
      relevant: UPSTREAM_LINES,
      shows: "The upstream never sees them: these headers are the gateway's alone, in either spelling.",
    },
    tokenStep("client1", "system-access", "TOKEN4", "client1 gets one more token …", "It would pass for five minutes."),
    {
      title: "… and revokes it",
      command:
        `${as("client1")} \\\n  -d client_id=${CLIENT} -d "token=$TOKEN4" \\\n  ` +
        authorizationServer.revocationEndpoint,
      differences: all(status(200)),
      relevant: /^HTTP/,
      shows: "Revoked (RFC 7009).",
    },
    {
      title: "client1 calls with the revoked token",
      command: `${as("client1")} \\\n  ${bearer("TOKEN4")} \\\n  ${api}`,
      differences: all(status(401), challenge(/error="invalid_token"/), body(ERROR_BODY)),
      relevant: REFUSAL_LINES,
      shows: "Refused at once. Had the gateway seen it before, its answer could be cached for `ttl` seconds, 30 here.",
    },
  ];
}
