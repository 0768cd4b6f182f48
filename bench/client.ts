/**
 * The load generator: kept-alive connections, plain or TLS with a client certificate, each with one request under way. It counts requests, so
 * that a run is bounded, and every answer is read and checked.
 */
import { connect, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";

export interface Target {
  readonly port: number;
  /** Undefined: without TLS. */
  readonly tls?: { readonly ca: string; readonly certificate?: string; readonly key?: string };
}

/** What came back: how long each request took, in microseconds, and how many answers had which status. */
export interface Answers {
  readonly latencies: Float64Array;
  readonly seconds: number;
  readonly statuses: ReadonlyMap<number, number>;
}

interface Connection {
  readonly socket: Socket;
  /** Takes the status of the next answer; NaN: the connection ended instead. */
  onAnswer: ((status: number) => void) | undefined;
  open: boolean;
}

const HEAD_END = "\r\n\r\n";

/** Length of the first answer in the text with its body; undefined while it is not all there. */
function answerLength(text: string): number | undefined {
  const head = text.indexOf(HEAD_END);
  if (head < 0) return undefined;
  const length = /\r\nContent-Length: *(\d+)/i.exec(text.slice(0, head))?.[1];
  if (length === undefined && !/^HTTP\/1.1 (204|304)/.test(text))
    throw new Error(`an answer without Content-Length: ${text.slice(0, head)}`);
  const end = head + HEAD_END.length + Number(length ?? 0);
  return text.length < end ? undefined : end;
}

function attach(socket: Socket): Connection {
  const connection: Connection = { socket, onAnswer: undefined, open: true };
  const ended = (): void => {
    connection.open = false;
    connection.onAnswer?.(Number.NaN);
  };
  let text = "";
  socket.on("error", ended);
  socket.on("close", ended);
  socket.on("data", (chunk: Buffer) => {
    text += chunk.toString("latin1");
    const length = answerLength(text);
    if (length === undefined) return;
    const status = Number(text.slice(9, 12));
    text = text.slice(length);
    connection.onAnswer?.(status);
  });
  return connection;
}

/** @throws Error when the connection or the TLS handshake fails. */
export function openConnection(target: Target): Promise<Connection> {
  return new Promise((done, fail) => {
    const { port, tls } = target;
    const socket =
      tls === undefined
        ? connect({ host: "127.0.0.1", port, noDelay: true })
        : connectTls({
            host: "127.0.0.1",
            servername: "localhost",
            port,
            ca: tls.ca,
            cert: tls.certificate,
            key: tls.key,
            session: undefined,
          });
    socket.once("error", fail);
    socket.once(tls === undefined ? "connect" : "secureConnect", () => {
      socket.removeListener("error", fail);
      socket.setNoDelay(true);
      done(attach(socket));
    });
  });
}

export function closeConnection(connection: Connection): void {
  connection.socket.destroy();
}

/** Connections to one target that stay open from round to round. */
export interface Pool {
  readonly target: Target;
  readonly connections: Connection[];
}

export async function openPool(target: Target, size: number): Promise<Pool> {
  const connections: Connection[] = [];
  // In tens: nginx's queue for new connections is not endless.
  while (connections.length < size) {
    const some = Math.min(10, size - connections.length);
    connections.push(...(await Promise.all(Array.from({ length: some }, () => openConnection(target)))));
  }
  return { target, connections };
}

export function closePool(pool: Pool): void {
  pool.connections.forEach(closeConnection);
}

/** Opens again what the gateway has closed; outside of what is measured. */
async function mend(pool: Pool, size: number): Promise<void> {
  for (let index = 0; index < size; index += 1) {
    if (pool.connections[index]?.open !== true) pool.connections[index] = await openConnection(pool.target);
  }
}

/**
 * Sends each of the requests once, on `size` connections of the pool, as fast as answers come.
 * @throws Error when a connection ends under a request.
 */
export async function exchange(
  pool: Pool,
  requests: readonly Buffer[],
  size = pool.connections.length,
): Promise<Answers> {
  await mend(pool, size);
  const latencies = new Float64Array(requests.length);
  const statuses = new Map<number, number>();
  let next = 0;
  const serve = (connection: Connection): Promise<void> =>
    new Promise((done, fail) => {
      const send = (): void => {
        const index = next;
        const request = requests[index];
        if (request === undefined) {
          connection.onAnswer = undefined;
          done();
          return;
        }
        next += 1;
        const sent = process.hrtime.bigint();
        connection.onAnswer = (status) => {
          if (Number.isNaN(status)) {
            fail(new Error("the gateway closed a connection under a request"));
            return;
          }
          latencies[index] = Number(process.hrtime.bigint() - sent) / 1000;
          statuses.set(status, (statuses.get(status) ?? 0) + 1);
          send();
        };
        connection.socket.write(request);
      };
      send();
    });
  const started = process.hrtime.bigint();
  await Promise.all(pool.connections.slice(0, size).map(serve));
  return { latencies, statuses, seconds: Number(process.hrtime.bigint() - started) / 1e9 };
}

/** A GET request. @param headers as they go over the wire, in this order. */
export function requestFor(path: string, headers: Readonly<Record<string, string>>): Buffer {
  const lines = Object.entries({ Host: "localhost", "User-Agent": "bench/1", Accept: "*/*", ...headers }).map(
    ([name, value]) => `${name}: ${value}\r\n`,
  );
  return Buffer.from(`GET ${path} HTTP/1.1\r\n${lines.join("")}\r\n`, "latin1");
}
