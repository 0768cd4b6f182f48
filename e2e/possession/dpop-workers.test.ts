/** DPoP on a node with two workers: a proof is used once, whichever worker sees it, and also after a change of configuration. */
import { beforeAll, describe, expect, it } from "vitest";
import { active, nowSeconds } from "../support/authorization-server.ts";
import { bearer, valuesOf, type Answer, type Connections } from "../support/client.ts";
import { expectRefusal } from "../support/expectations.ts";
import { keepSecret, newToken } from "../support/secrets.ts";
import { until } from "../support/until.ts";
import { useWorld, type Routes, type World } from "../support/world.ts";
import { connectionsOver } from "./support/connections.ts";
import { INVALID_PROOF, USE_NONCE } from "./support/dpop-expectations.ts";
import { claimsOf, newProofKey, proofOf, type ProofKey } from "./support/proof.ts";

function routes(world: World): Routes {
  return {
    "/kong-db-cache": [world.introspection()],
    "/own-dictionary": [world.introspection({ dpop_dictionary: "dpop_proofs" })],
    "/nonce": [world.introspection({ dpop_nonce: true })],
    "/nonce-own": [world.introspection({ dpop_nonce: true, dpop_dictionary: "dpop_proofs" })],
  };
}

const world = useWorld({
  settings: { nginx_worker_processes: "2", nginx_http_lua_shared_dict: "dpop_proofs 1m" },
  routes,
});
let key: ProofKey;

beforeAll(async () => (key = await newProofKey("ES256")));

function boundToken(): string {
  const token = newToken();
  world.server.answer(token, active({ cnf: { jkt: key.thumbprint } }));
  return token;
}

function proofFor(path: string, token: string, more: object = {}): string {
  const url = `https://localhost:${world.gateway.httpsPort}${path}`;
  return keepSecret(proofOf(key, { ...claimsOf({ url, token }), ...more }));
}

function send(path: string, token: string, proof: string, connections?: Connections): Promise<Answer> {
  return world.send(path, {
    tls: true,
    headers: [bearer(token, "DPoP"), ["DPoP", proof]],
    ...(connections === undefined ? {} : { connections }),
  });
}

/** Which worker has each of these connections. */
async function workersOf(kept: readonly Connections[]): Promise<number[]> {
  const marks = kept.map((_, index) => `/nonce?worker-${index}-${Math.random()}`);
  await Promise.all(kept.map((connections, index) => world.send(marks[index] ?? "", { tls: true, connections })));
  const entries = await until("each connection's request is in the log", async () => {
    const found = (await world.requestLog("/nonce", kept.length)).filter(({ request }) => marks.includes(request.uri));
    return found.length === kept.length && found;
  });
  return marks.map((mark) => entries.find(({ request }) => request.uri === mark)?.worker.pid ?? 0);
}

/** Runs with a kept connection to each of the two workers. */
async function withBothWorkers(use: (one: Connections, other: Connections) => Promise<void>): Promise<void> {
  const open: Connections[] = [];
  try {
    // Which worker takes a connection is the kernel's choice: so many are opened until both have one.
    const pair = await until("both workers have a connection", async () => {
      const fresh = Array.from({ length: 12 }, () => connectionsOver({ version: "TLSv1.3", tickets: true }));
      open.push(...fresh);
      const pids = await workersOf(fresh);
      const other = pids.findIndex((pid) => pid !== pids[0]);
      return other > 0 && ([fresh[0], fresh[other]] as const);
    });
    const [one, other] = pair;
    if (one !== undefined && other !== undefined) await use(one, other);
  } finally {
    for (const connections of open) connections.close();
  }
}

describe.each(["/kong-db-cache", "/own-dictionary"])("%s", (path) => {
  it("a proof that one worker has seen is refused by the other", async () => {
    await withBothWorkers(async (one, other) => {
      for (let round = 0; round < 3; round += 1) {
        const token = boundToken();
        const proof = proofFor(path, token);
        expect((await send(path, token, proof, one)).status).toBe(200);
        expectRefusal(await send(path, token, proof, other), INVALID_PROOF);
        expectRefusal(await send(path, token, proof, one), INVALID_PROOF);
        expect((await send(path, token, proofFor(path, token), other)).status).toBe(200);
      }
    });
  });

  it("of forty at once over many connections one passes", async () => {
    const token = boundToken();
    const proof = proofFor(path, token);
    const answers = await Promise.all(Array.from({ length: 40 }, () => send(path, token, proof)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  });

  it("a nonce of one worker is good at the other", async () => {
    const nonces = path === "/own-dictionary" ? "/nonce-own" : "/nonce";
    await withBothWorkers(async (one, other) => {
      const token = boundToken();
      const refused = await send(nonces, token, proofFor(nonces, token), one);
      expectRefusal(refused, USE_NONCE);
      const [nonce = ""] = valuesOf(refused, "DPoP-Nonce");
      const proof = proofFor(nonces, token, { nonce });
      expect((await send(nonces, token, proof, other)).status).toBe(200);
      expectRefusal(await send(nonces, token, proof, one), INVALID_PROOF);
    });
  });
});

describe("a change of configuration, with which Kong empties its own dictionary", () => {
  it("a proof that was used before it is refused after it, in both dictionaries, also one dated ahead", async () => {
    const used: [string, string, string][] = [];
    // Proofs may be dated five seconds ahead; what was issued within that time of a configuration is remembered in a second place. Past it, only
    // the proof's own age tells that it may have been used before the change.
    await world.configure(routes(world));
    const configured = nowSeconds();
    await until("the configuration is older than proofs are dated ahead", () => nowSeconds() > configured + 6);
    for (const path of ["/kong-db-cache", "/own-dictionary"]) {
      for (const ahead of [0, 4]) {
        const token = boundToken();
        const proof = proofFor(path, token, { iat: nowSeconds() + ahead });
        expect((await send(path, token, proof)).status).toBe(200);
        used.push([path, token, proof]);
      }
    }
    await world.configure(routes(world));
    for (const [path, token, proof] of used) {
      for (let round = 0; round < 4; round += 1) expectRefusal(await send(path, token, proof), INVALID_PROOF);
    }
  });

  it("a proof that was made before it and not used passes with a dictionary of one's own, which nothing empties", async () => {
    const token = boundToken();
    const proof = proofFor("/own-dictionary", token, { iat: nowSeconds() });
    await world.configure(routes(world));
    expect((await send("/own-dictionary", token, proof)).status).toBe(200);
    expectRefusal(await send("/own-dictionary", token, proof), INVALID_PROOF);
  });
});
