/**
 * What an authorization server can do wrong below and in HTTP, and the status that the gateway answers then (design section 5): 503
 * where no whole answer came, 500 where a whole one came that is not RFC 7662's.
 */
import { gzipSync } from "node:zlib";
import { answerBytes, bytes, bytesThenClose, bytesThenReset, reset, slowBytes, type Script } from "./faulty-server.ts";

export interface Fault {
  readonly name: string;
  readonly script: Script;
  /** Status of the gateway's answer. */
  readonly status: 200 | 401 | 500 | 503;
  /** Nothing but the time-out ends it. */
  readonly hangs?: true;
}

const GOOD_BODY = '{"active":true,"sub":"alice"}';
const GOOD_HEAD = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n";
const LONGER = `${GOOD_HEAD}Content-Length: ${GOOD_BODY.length + 100}\r\n\r\n${GOOD_BODY}`;
const CHUNKED = `${GOOD_HEAD}Transfer-Encoding: chunked\r\n\r\n`;
const CHUNK = `${GOOD_BODY.length.toString(16)}\r\n${GOOD_BODY}\r\n`;

/** A good answer. */
export const GOOD: Script = bytes(answerBytes(GOOD_BODY));

/** An answer whose body this is. */
function body(content: string | Buffer): Script {
  return bytes(answerBytes(content));
}

/** At each stage of an answer: the server resets, closes, or says no more. */
const STAGES: readonly (readonly [stage: string, sent: string])[] = [
  ["after the request", ""],
  ["in the status line", "HTTP/1.1 2"],
  ["in the headers", `${GOOD_HEAD}Content-Le`],
  ["after the headers", `${GOOD_HEAD}Content-Length: ${GOOD_BODY.length}\r\n\r\n`],
  ["in the body", LONGER],
  ["in a chunk's size", `${CHUNKED}1`],
  ["in a chunk", `${CHUNKED}ff\r\n${GOOD_BODY}`],
  ["before the last chunk", `${CHUNKED}${CHUNK}`],
];

const STAGE_FAULTS: Fault[] = STAGES.flatMap(([stage, sent]): Fault[] => [
  { name: `reset ${stage}`, status: 503, script: sent === "" ? { onRequest: reset } : bytesThenReset(sent) },
  { name: `closed ${stage}`, status: 503, script: bytesThenClose(sent) },
  { name: `silence ${stage}`, hangs: true, status: 503, script: sent === "" ? {} : bytes(sent) },
]);

const NO_WHOLE_ANSWER: Fault[] = [
  { name: "reset at once", status: 503, script: { onConnection: reset } },
  { name: "closed at once", status: 503, script: { onConnection: (socket) => void socket.end() } },
  ...STAGE_FAULTS,
  {
    name: "one byte a tenth of a second, for ever",
    hangs: true,
    status: 503,
    script: slowBytes(`${GOOD_HEAD}X: ${"y".repeat(5000)}`, 100),
  },
];

/** Bytes came, and they are no HTTP: no whole answer either. */
const NOT_HTTP: Fault[] = [
  { name: "what is not HTTP", status: 503, script: bytesThenClose("SSH-2.0-OpenSSH_9.2\r\n") },
  {
    name: "a status that is no number",
    status: 503,
    script: bytesThenClose("HTTP/1.1 abc OK\r\nContent-Length: 0\r\n\r\n"),
  },
  {
    name: "a status in exponents",
    status: 503,
    script: bytesThenClose(`HTTP/1.1 2e2 OK\r\nContent-Length: 0\r\n\r\n`),
  },
  { name: "another protocol's status line", status: 503, script: bytes(answerBytes(GOOD_BODY, "ICY/1.1 200 OK")) },
  { name: "a status line without an end", status: 503, script: bytes(`HTTP/1.1 200 ${"x".repeat(100_000)}`) },
  { name: "a header without an end", status: 503, script: bytes(`${GOOD_HEAD}X: ${"x".repeat(100_000)}`) },
  { name: "headers without an end", status: 503, script: bytes(`${GOOD_HEAD}${"X: x\r\n".repeat(20_000)}`) },
  {
    name: "a carriage return in a header",
    status: 503,
    script: bytesThenClose(answerBytes(GOOD_BODY, `${GOOD_HEAD}X: a\rb`)),
  },
  {
    name: "a line without a colon in the head",
    status: 503,
    script: bytes(answerBytes(GOOD_BODY, `${GOOD_HEAD}nonsense`)),
  },
  { name: "a blank before a header's colon", status: 503, script: bytes(answerBytes(GOOD_BODY, `${GOOD_HEAD}X : a`)) },
  { name: "a header without a name", status: 503, script: bytes(answerBytes(GOOD_BODY, `${GOOD_HEAD}: a`)) },
  { name: "a chunk's size without an end", status: 503, script: bytes(`${CHUNKED}${"0".repeat(100_000)}`) },
  {
    name: "a chunk's size that is no number",
    status: 503,
    script: bytesThenClose(`${CHUNKED}zz\r\n${GOOD_BODY}\r\n0\r\n\r\n`),
  },
  {
    name: "a Content-Length that is no number",
    status: 503,
    script: bytesThenClose(`${GOOD_HEAD}Content-Length: x\r\n\r\n${GOOD_BODY}`),
  },
];

const OTHER_THAN_RFC_7662: Fault[] = [
  { name: "HTML", status: 500, script: body("<!doctype html><title>Welcome</title>") },
  { name: "an empty body", status: 500, script: body("") },
  { name: "a byte order mark", status: 500, script: body(`\uFEFF${GOOD_BODY}`) },
  { name: "UTF-16", status: 500, script: body(Buffer.from(GOOD_BODY, "utf16le")) },
  {
    name: "gzip that nobody asked for",
    status: 500,
    script: bytes(answerBytes(gzipSync(GOOD_BODY), `${GOOD_HEAD}Content-Encoding: gzip`)),
  },
  { name: "active twice", status: 500, script: body('{"active":false,"active":true}') },
  { name: "active twice, once with an escape", status: 500, script: body('{"active":false,"\\u0061ctive":true}') },
  {
    name: "ten thousand arrays in each other",
    status: 500,
    script: body(`{"active":true,"a":${"[".repeat(10_000)}${"]".repeat(10_000)}}`),
  },
  { name: "NUL in the text", status: 500, script: body('{"active":true,\u0000"sub":"alice"}') },
  { name: "NUL in a string", status: 500, script: body('{"active":true,"sub":"al\u0000ice"}') },
  {
    name: "invalid UTF-8 in a string",
    status: 500,
    script: body(Buffer.from('{"active":true,"sub":"al\xffice"}', "latin1")),
  },
  { name: "half a surrogate pair", status: 500, script: body('{"active":true,"sub":"\\ud800"}') },
  { name: "NaN", status: 500, script: body('{"active":true,"exp":NaN}') },
  { name: "Infinity", status: 500, script: body('{"active":true,"exp":Infinity}') },
  { name: "a hexadecimal number", status: 500, script: body('{"active":true,"exp":0xffffffff}') },
  { name: "a comma too many", status: 500, script: body('{"active":true,}') },
  { name: "something behind the object", status: 500, script: body(`${GOOD_BODY} x`) },
  { name: "two objects", status: 500, script: body(`${GOOD_BODY}${GOOD_BODY}`) },
  { name: "single quotes", status: 500, script: body("{'active':true}") },
  { name: "Active with a capital", status: 500, script: body('{"Active":true}') },
  { name: "active within another object", status: 500, script: body('{"data":{"active":true}}') },
  {
    name: "a refusal of our credentials whose body comes a byte a tenth of a second",
    status: 500,
    script: slowBytes(`HTTP/1.1 401 Unauthorized\r\nContent-Length: 5000\r\n\r\n${"y".repeat(5000)}`, 100),
  },
  {
    name: "switching protocols",
    status: 500,
    script: bytes("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n"),
  },
];

/** Odd, and right all the same (RFC 9110, RFC 9112): it passes. */
const ODD_BUT_RIGHT: Fault[] = [
  { name: "chunked", status: 200, script: bytes(`${CHUNKED}${CHUNK}0\r\n\r\n`) },
  {
    name: "chunked with an extension and a trailer",
    status: 200,
    script: bytes(
      `${CHUNKED}1;a=b\r\n{\r\n${(GOOD_BODY.length - 1).toString(16)}\r\n${GOOD_BODY.slice(1)}\r\n0\r\nX-Trailer: 1\r\n\r\n`,
    ),
  },
  {
    name: "a body that ends with the connection",
    status: 200,
    script: bytesThenClose(`${GOOD_HEAD}Connection: close\r\n\r\n${GOOD_BODY}`),
  },
  {
    name: "HTTP/1.0",
    status: 200,
    script: bytesThenClose(`HTTP/1.0 200 OK\r\nContent-Type: application/json\r\n\r\n${GOOD_BODY}`),
  },
  {
    name: "100 Continue in front",
    status: 200,
    script: bytes(Buffer.concat([Buffer.from("HTTP/1.1 100 Continue\r\n\r\n"), answerBytes(GOOD_BODY)])),
  },
  {
    name: "103 Early Hints in front",
    status: 200,
    script: bytes(
      Buffer.concat([Buffer.from("HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n"), answerBytes(GOOD_BODY)]),
    ),
  },
  {
    name: "no reason phrase",
    status: 200,
    script: bytes(answerBytes(GOOD_BODY, "HTTP/1.1 200 \r\nContent-Type: application/json")),
  },
  {
    name: "a header folded over three lines",
    status: 200,
    script: bytes(answerBytes(GOOD_BODY, `${GOOD_HEAD}X: a\r\n b\r\n\tc`)),
  },
  {
    name: "another Content-Type",
    status: 200,
    script: bytes(answerBytes(GOOD_BODY, "HTTP/1.1 200 OK\r\nContent-Type: text/plain")),
  },
  { name: "no Content-Type", status: 200, script: bytes(answerBytes(GOOD_BODY, "HTTP/1.1 200 OK")) },
  { name: "blanks around the JSON", status: 200, script: body(` \r\n\t${GOOD_BODY}\n`) },
  { name: "NUL as an escape", status: 200, script: body('{"active":true,"sub":"al\\u0000ice"}') },
  { name: "one byte at a time, but soon done", status: 200, script: slowBytes(answerBytes(GOOD_BODY).toString(), 1) },
];

/** All of them. */
export const FAULTS: readonly Fault[] = [...NO_WHOLE_ANSWER, ...NOT_HTTP, ...OTHER_THAN_RFC_7662, ...ODD_BUT_RIGHT];
