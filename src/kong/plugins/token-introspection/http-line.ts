/**
 * Lines of an answer, none longer than is good for us: the cosocket's `*l` reads until there is a line or no memory left, and so does the library,
 * which reads the head of an answer with it.
 */
const byte = string.byte;
const find = string.find;
const match = string.match;
const sub = string.sub;
const concat = table.concat;

/** Longest line, in bytes. */
const LINE_LIMIT = 16 * 1024;
/** Longest head, interim answers included, in bytes: more than any server or proxy in use sends. */
const HEAD_LIMIT = 64 * 1024;

const CARRIAGE_RETURN = 0x0d;

/** How the library begins what it says of an answer that is not HTTP; what is found here begins likewise. */
export const NOT_HTTP = "couldn't parse";

/** Whether an error of the library, or of `readLine`, says that what came is not HTTP. */
export function isNotHttp(this: void, message: string): boolean {
  return find(message, NOT_HTTP, 1, true)[0] !== undefined;
}

/**
 * Reads a line.
 *
 * @returns the line without its end; undefined and the cosocket's error, or `NOT_HTTP` and what is wrong with it.
 */
export function readLine(this: void, socket: OpenResty.TcpSocket): LuaMultiReturn<[string] | [undefined, string]> {
  const read = socket.receiveuntil("\n");
  const [line, message] = read(LINE_LIMIT);
  if (line === undefined) return $multi(undefined, message ?? "closed");
  const [more, trouble] = read(1);
  if (more !== undefined) return $multi(undefined, `${NOT_HTTP}: a line is longer than ${LINE_LIMIT} bytes`);
  if (trouble !== undefined) return $multi(undefined, trouble);
  const text = byte(line, line.length) === CARRIAGE_RETURN ? sub(line, 1, line.length - 1) : line;
  // RFC 9112 section 2.2: alone it ends no line, and other readers may take it for one's end.
  if (find(text, "\r", 1, true)[0] !== undefined)
    return $multi(undefined, `${NOT_HTTP}: a line has a carriage return in it`);
  return $multi(text);
}

/** Whether a line is the first of an answer (RFC 9112 section 4). The library takes whatever stands there in place of digits for a number. */
function isStatusLine(this: void, line: string): boolean {
  const [rest] = match(line, "^HTTP/1%.%d %d%d%d(.?)");
  return rest === "" || rest === " ";
}

/** Whether a status line is that of an interim answer (RFC 9110 section 15.2), behind which another follows. */
function isInterim(this: void, line: string): boolean {
  const [status] = match(line, "^HTTP/1%.%d (1%d%d)");
  return status !== undefined && status !== "101";
}

/** Whether a line of the head is a header (RFC 9112 section 5): of any other the library takes what follows for the body. */
function isField(this: void, line: string): boolean {
  return find(line, "^[%w!#$%%&'*+.^_`|~-]+:")[0] !== undefined;
}

/** What a line adds to the header before it (obs-fold, RFC 9112 section 5.2); undefined: nothing, it is a line of its own. */
function foldOf(this: void, line: string): string | undefined {
  return match(line, "^[ \t]+(.*)$")[0];
}

/**
 * Lets the library read the head of an answer, or of several interim ones before it, through `readLine`.
 * @param begun is called when it begins to read, where the library knows of no interim answers: those are read here, and not shown to it.
 */
export function limitHead(this: void, socket: OpenResty.TcpSocket, begun?: (this: void) => void): void {
  let left = HEAD_LIMIT;
  let beginning = true;
  /** A line that was read to see whether it belongs to the one before. */
  let ahead: string | undefined;
  const next = (): LuaMultiReturn<[string] | [undefined, string]> => {
    if (ahead !== undefined) {
      const line = ahead;
      ahead = undefined;
      return $multi(line);
    }
    const [line, message] = readLine(socket);
    if (line === undefined) return $multi(undefined, message);
    left -= line.length + 2;
    if (left < 0) return $multi(undefined, `${NOT_HTTP}: the head is longer than ${HEAD_LIMIT} bytes`);
    return $multi(line);
  };
  const behindInterim = (): LuaMultiReturn<[string] | [undefined, string]> => {
    for (;;) {
      let [line, message] = next();
      if (line === undefined) return $multi(undefined, message as string);
      if (!isInterim(line)) return $multi(line);
      while (line !== "") {
        [line, message] = next();
        if (line === undefined) return $multi(undefined, message as string);
      }
    }
  };
  // The socket's own member goes before that of all sockets. Of a head nothing but lines is read.
  socket.receive = () => {
    begun?.();
    const first = beginning && begun !== undefined ? behindInterim : next;
    const [line, message] = first();
    if (line === undefined) return $multi(undefined, message);
    if (beginning) {
      if (!isStatusLine(line)) return $multi(undefined, `${NOT_HTTP}: the first line is no status line`);
      beginning = false;
      return $multi(line);
    }
    if (line === "") {
      beginning = true;
      return $multi(line);
    }
    if (!isField(line)) return $multi(undefined, `${NOT_HTTP}: a line of the head is no header`);
    const folded = [line];
    // Behind a header there is another line of the head always.
    for (;;) {
      const [following, trouble] = next();
      if (following === undefined) return $multi(undefined, trouble);
      const fold = foldOf(following);
      if (fold === undefined) {
        ahead = following;
        return $multi(concat(folded, " "));
      }
      folded.push(fold);
    }
  };
}

/** The head has been read: the socket reads as all sockets do. */
export function endHead(this: void, socket: OpenResty.TcpSocket): void {
  (socket as { receive?: OpenResty.TcpSocket["receive"] | undefined }).receive = undefined;
}
