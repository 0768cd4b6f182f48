/**
 * The beginning of a connection: when it shakes hands, and, in a tunnel through a proxy (RFC 9110 section 9.3.6), what the proxy, or whoever sits before it, can
 * send in clear text, ahead of the server's TLS.
 */
import type { Call } from "./call";
import { NOT_HTTP, endHead, limitHead } from "./http-line";

/** Milliseconds in which bytes behind the proxy's answer would show. A server says nothing before the client's first message. */
const LISTENING_TIME = 1;

type Overridden = { sslhandshake?: OpenResty.TcpSocket["sslhandshake"] | undefined };

/**
 * Takes note of when a connection that is about to be made shakes hands.
 * @param beforeHand says why it must not.
 */
export function watchHandshake(
  this: void,
  call: Call,
  socket: OpenResty.TcpSocket,
  beforeHand?: (this: void) => string | undefined,
): void {
  socket.sslhandshake = (session?: unknown, name?: string, verify?: boolean, status?: boolean) => {
    stopWatching(socket);
    call.stage = "shaking hands";
    const trouble = beforeHand?.();
    if (trouble !== undefined) return $multi(undefined, trouble);
    return socket.sslhandshake(session, name, verify, status);
  };
}

/**
 * Guards a connection that is about to be made: the head of the answer to CONNECT is bounded, and nothing may stand behind it. What stands there the socket
 * would keep through the handshake, and give away afterwards as if the server had sent it.
 * @param timeout of the socket, in milliseconds.
 */
export function guardTunnel(this: void, call: Call, socket: OpenResty.TcpSocket, timeout: number): void {
  limitHead(socket, () => {
    call.stage = "waiting for the proxy's answer";
  });
  watchHandshake(call, socket, () => {
    socket.settimeout(LISTENING_TIME);
    const [early, message] = socket.receiveany(1);
    if (early !== undefined) return `${NOT_HTTP}: there are bytes behind the answer to CONNECT`;
    if (message !== "timeout") return message ?? "closed";
    socket.settimeout(timeout);
    return undefined;
  });
}

/** The connection is made, or not: the socket is as all sockets are. */
export function stopWatching(this: void, socket: OpenResty.TcpSocket): void {
  endHead(socket);
  (socket as Overridden).sslhandshake = undefined;
}
