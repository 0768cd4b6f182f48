import { forget, tokenName } from "./forgetting";
import { forgetToken } from "./cache";
import { questions } from "./plan";

type Request = { kind: "token" | "sub" | "client_id"; value: string } | { kind: "everything"; value: "" };

const USAGE = "give one of these in the body: token, sub, client_id (each a string), everything (true)";

function requestOf(this: void, params: Record<string, unknown>): Request | undefined {
  let request: Request | undefined;
  let count = 0;
  for (const kind of ["token", "sub", "client_id"] as const) {
    const value = params[kind];
    if (value !== undefined) {
      count++;
      if (typeof value === "string" && value !== "") request = { kind, value };
    }
  }
  if (params.everything !== undefined) {
    count++;
    if (params.everything === true || params.everything === "true") request = { kind: "everything", value: "" };
  }
  return count === 1 ? request : undefined;
}

function post(this: void): void {
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
