/** A DB-less Kong's configuration, replaced through its Admin API. */
import { randomUUID } from "node:crypto";
import { request } from "node:http";
import { parse } from "yaml";
import { until } from "../support/until.ts";
import { type Capabilities, ConfigurationRefused } from "./gateway.ts";

interface Ports {
  readonly admin: number;
  readonly proxy: number;
}

interface Plain {
  readonly status: number;
  readonly body: string;
}

function call(port: number, method: string, path: string, body?: string): Promise<Plain> {
  return new Promise((done, fail) => {
    const headers = body === undefined ? {} : { "Content-Type": "application/json" };
    const outgoing = request({ host: "127.0.0.1", port, method, path, headers, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("end", () => done({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString() }));
      response.on("error", fail);
    });
    outgoing.on("error", fail);
    outgoing.end(body);
  });
}

function withMarker(yml: string, path: string): string {
  // As Kong reads it, to which an unquoted off is a boolean.
  const configuration = parse(yml, { version: "1.1" }) as { routes?: unknown[]; [name: string]: unknown };
  const plugins = [{ name: "request-termination", config: { status_code: 204 } }];
  // JSON is YAML, of any version.
  return JSON.stringify({
    ...configuration,
    routes: [...(configuration.routes ?? []), { name: path.slice(1), paths: [path], protocols: ["http"], plugins }],
  });
}

async function answers(port: number, path: string): Promise<boolean> {
  try {
    return (await call(port, "GET", path)).status === 204;
  } catch {
    return false;
  }
}

/** Kept when the gateway's Admin API answers. */
export async function waitForAdminApi(port: number): Promise<void> {
  await until("the Admin API answers", async () => {
    try {
      return (await call(port, "GET", "/status")).status === 200;
    } catch {
      return false;
    }
  });
}

/** Whether nginx takes a request with more headers than its newest versions do. */
function takesManyHeaders(port: number): Promise<boolean> {
  const headers = Object.fromEntries(Array.from({ length: 1100 }, (_, index) => [`A${index}`, "1"]));
  return new Promise((done, fail) => {
    const outgoing = request({ host: "127.0.0.1", port, path: "/", headers, agent: false }, (response) => {
      response.resume();
      done(response.statusCode === 200);
    });
    outgoing.on("error", fail);
    outgoing.end();
  });
}

/** What a real Kong can do. */
export async function capabilitiesOf(port: number): Promise<Capabilities> {
  const acl = await call(port, "GET", "/schemas/plugins/acl");
  const aclAlwaysUses = acl.body.includes('"always_use_authenticated_groups"');
  const manyHeaders = await takesManyHeaders(port);
  return { bundledPlugins: true, adminApi: true, http2: true, grpc: true, aclAlwaysUses, manyHeaders };
}

/**
 * Posts a configuration. Kong answers before its worker has taken the configuration over; it takes over everything at once, so
 * a route that only this configuration has tells when. One worker is taken for granted.
 */
export async function replaceConfiguration(ports: Ports, yml: string): Promise<void> {
  const path = `/e2e-${randomUUID()}`;
  const { status, body } = await call(
    ports.admin,
    "POST",
    "/config",
    JSON.stringify({ config: withMarker(yml, path) }),
  );
  if (status !== 201) throw new ConfigurationRefused(body);
  await until("the new configuration is in use", () => answers(ports.proxy, path));
}
