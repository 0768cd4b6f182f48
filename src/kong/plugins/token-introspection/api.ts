import { forget, tokenName } from "./forgetting";
import { forgetToken } from "./cache";
import { questions } from "./plan";

type Request = { kind: "token" | "sub" | "client_id"; value: string } | { kind: "everything"; value: "" };

/** Longest text that is taken, in bytes: what the nodes of a cluster tell each other has its limits. */
const LONGEST = 16 * 1024;

const USAGE = `give one of these in the body: token, sub, client_id (each a string of at most ${LONGEST} bytes), everything (true)`;

const CONTROL_PLANE =
  "a control plane knows no tokens and reaches none of its data planes: they ask again when ttl is over, or when their configuration changes";

function requestOf(this: void, params: Record<string, unknown>): Request | undefined {
  let request: Request | undefined;
  let count = 0;
  for (const kind of ["token", "sub", "client_id"] as const) {
    const value = params[kind];
    if (value !== undefined) {
      count++;
      if (typeof value === "string" && value !== "" && value.length <= LONGEST) request = { kind, value };
    }
  }
  if (params.everything !== undefined) {
    count++;
    if (params.everything === true || params.everything === "true") request = { kind: "everything", value: "" };
  }
  return count === 1 ? request : undefined;
}

function post(this: void): void {
  // Data planes hear of configurations and of nothing else.
  if (kong.configuration.role === "control_plane") return kong.response.exit(501, { message: CONTROL_PLANE });
  // What stands in a URL stands in logs.
  if (kong.request.get_raw_query() !== "") return kong.response.exit(400, { message: USAGE });
  // Not what the Admin API makes of it, which keeps one of several values only.
  const [body] = kong.request.get_body();
  const request = body === undefined ? undefined : requestOf(body as Record<string, unknown>);
  if (request === undefined) return kong.response.exit(400, { message: USAGE });
  let failed: string | undefined;
  if (request.kind === "token") {
    forgetToken(request.value, questions());
    const name = tokenName(request.value);
    failed = name === undefined ? "the token could not be hashed" : forget({ kind: "token", value: name });
  } else {
    failed = forget(request);
  }
  if (failed !== undefined) return kong.response.exit(500, { message: failed });
  return kong.response.exit(200, { forgotten: request.kind });
}

/**
 * Admin API: `POST /token-introspection/forget` makes this node, and with a database every node of the cluster, ask the authorization server
 * again about one token, all tokens of a subject or a client, or all tokens.
 */
const routes = { "/token-introspection/forget": { POST: post } };

export = routes;
