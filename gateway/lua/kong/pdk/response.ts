import cjson = require("cjson.safe");
import resp = require("ngx.resp");
import { isTransferEncoding, normalizeMultiHeader, validateHeader, validateHeaders } from "./checks";
import { choose, defaultMessage, pageFor } from "./error_pages";
import { PHASES, check, phases } from "./phases";

const READING = phases("response", "header_filter", "body_filter", "log", "error", "admin_api");
const WRITING = phases("rewrite", "access", "response", "balancer", "header_filter", "error", "admin_api");

const MAXIMUM = 1000;
const GRPC = "application/grpc";
const TRANSFER_ENCODING_IGNORED = "manually setting Transfer-Encoding. Ignored.";

const GRPC_STATUS: LuaTable<number, number> = new LuaTable();
for (const [http, grpc] of [
  [200, 0],
  [400, 3],
  [401, 16],
  [403, 7],
  [404, 5],
  [409, 6],
  [429, 8],
  [499, 1],
  [500, 13],
  [501, 12],
  [503, 14],
  [504, 4],
] as const) {
  GRPC_STATUS.set(http, grpc);
}
const GRPC_MESSAGES = [
  "OK",
  "Canceled",
  "Unknown",
  "InvalidArgument",
  "DeadlineExceeded",
  "NotFound",
  "AlreadyExists",
  "PermissionDenied",
  "ResourceExhausted",
  "FailedPrecondition",
  "Aborted",
  "OutOfRange",
  "Unimplemented",
  "Internal",
  "Unavailable",
  "DataLoss",
  "Unauthenticated",
];

function grpcStatusFor(status: number): number {
  const exact = GRPC_STATUS.get(status) as number | undefined;
  if (exact !== undefined) return exact;
  if (status >= 500 && status <= 599) return 13;
  if (status >= 400 && status <= 499) return 3;
  if (status >= 200 && status <= 299) return 0;
  return 2;
}

function startsWithGrpc(contentType: string): boolean {
  const [at] = string.find(contentType, GRPC, 1, true);
  return at === 1;
}

function isGrpcRequest(): boolean {
  const contentType = ngx.var.content_type;
  return contentType !== undefined && startsWithGrpc(contentType) && ngx.req.http_version() === 2;
}

/** kong.response, with Kong's header semantics, phases and error texts. */
function newResponse(kongTable: Kong): KongResponse & Dict {
  function refuseWhenSent(): void {
    if (ngx.headers_sent) error("headers have already been sent", 3);
  }

  function getStatus(): number {
    check(READING);
    return ngx.status;
  }

  function getHeaders(max?: number): Record<string, HeaderValue | undefined> {
    check(READING);
    if (max === undefined) return ngx.resp.get_headers();
    if (typeof max !== "number") error("max_headers must be a number", 2);
    if (max < 1) error("max_headers must be >= 1", 2);
    if (max > MAXIMUM) error(`max_headers must be <= ${MAXIMUM}`, 2);
    return ngx.resp.get_headers(max);
  }

  function getHeader(name: string): string | undefined {
    check(READING);
    if (typeof name !== "string") error("header name must be a string", 2);
    const value = ngx.resp.get_headers()[name];
    return typeof value === "object" ? value[0] : value;
  }

  function getSource(context?: RequestContext): string {
    let ctx = context;
    if (ctx === undefined) {
      check(READING);
      ctx = ngx.ctx;
    }
    if (ctx.KONG_UNEXPECTED === true) return "error";
    if (ctx.KONG_EXITED === true) return "exit";
    if (ctx.KONG_PROXIED === true) return "service";
    return "error";
  }

  function checkStatus(status: unknown, lowest: number): void {
    if (typeof status !== "number") error("code must be a number", 3);
    if (status < lowest || status > 599) error(`code must be a number between ${lowest} and 599`, 3);
  }

  function setStatus(status: number): void {
    check(WRITING);
    refuseWhenSent();
    checkStatus(status, 100);
    ngx.status = status;
  }

  function setHeader(name: string, value: unknown): void {
    check(WRITING);
    refuseWhenSent();
    validateHeader(name, value);
    if (isTransferEncoding(name)) kongTable.log.warn(TRANSFER_ENCODING_IGNORED);
    else ngx.header[name] = normalizeMultiHeader(value);
  }

  function addHeader(name: string, value: unknown): void {
    check(WRITING);
    refuseWhenSent();
    validateHeader(name, value);
    resp.add_header(name, normalizeMultiHeader(value));
  }

  function clearHeader(name: string): void {
    check(WRITING);
    refuseWhenSent();
    if (typeof name !== "string") error("header name must be a string", 2);
    ngx.header[name] = undefined;
  }

  function setHeaders(headers: Dict): void {
    check(WRITING);
    refuseWhenSent();
    validateHeaders(headers);
    for (const [name, value] of pairs(headers)) {
      if (isTransferEncoding(name)) kongTable.log.warn(TRANSFER_ENCODING_IGNORED);
      else ngx.header[name] = normalizeMultiHeader(value);
    }
  }

  function getRawBody(): string | undefined {
    check(PHASES.body_filter);
    const chunk = ngx.arg[1];
    const last = ngx.arg[2] === true;
    const collected = ngx.ctx.KONG_BODY_BUFFER;
    if (last && collected === undefined) return chunk as string | undefined;
    const all = (collected ?? "") + (typeof chunk === "string" ? chunk : "");
    if (last) {
      ngx.arg[1] = all;
      ngx.ctx.KONG_BODY_BUFFER = undefined;
      return all;
    }
    if (all !== "") ngx.ctx.KONG_BODY_BUFFER = all;
    ngx.arg[1] = undefined;
    return undefined;
  }

  function setRawBody(body: string): void {
    check(PHASES.body_filter);
    if (typeof body !== "string") error("body must be a string", 2);
    ngx.arg[1] = body === "" ? "\n" : body;
    ngx.arg[2] = true;
  }

  /** Writes a body now, or keeps it for the body filter when headers are already being filtered. */
  function write(ctx: RequestContext, body: string): void {
    if (ctx.KONG_PHASE === PHASES.header_filter) ctx.response_body = body;
    else ngx.print(body);
  }

  function send(status: number, content: unknown, headers: Dict | undefined): never {
    if (ngx.headers_sent) error("headers have already been sent", 2);
    const ctx = ngx.ctx;
    ngx.status = status;
    let hasType = false;
    let hasLength = false;
    if (headers !== undefined) {
      for (const [name, value] of pairs(headers)) {
        const lower = string.lower(name);
        if (isTransferEncoding(name)) kongTable.log.warn(TRANSFER_ENCODING_IGNORED);
        else ngx.header[name] = normalizeMultiHeader(value);
        if (lower === "content-type" || lower === "content_type") hasType = true;
        if (lower === "content-length" || lower === "content_length") hasLength = true;
      }
    }
    const responseType = ngx.header["Content-Type"] as string | undefined;
    const grpcOutput = responseType !== undefined && startsWithGrpc(responseType);
    const grpc = responseType === undefined ? isGrpcRequest() : grpcOutput;
    let grpcStatus: number | undefined;
    if (grpc && ngx.header["grpc-status"] === undefined) {
      grpcStatus = grpcStatusFor(status);
      ngx.header["grpc-status"] = grpcStatus;
    }
    let body = content;
    let json: string | undefined;
    if (type(body) === "table") {
      if (!grpc) {
        const [text, err] = cjson.encode(body);
        if (text === undefined) error(`body encoding failed while flushing response: ${err}`, 2);
        json = text;
      } else if (grpcOutput) {
        error("table body encoding with gRPC is not supported", 2);
      } else if (typeof (body as Dict).message === "string") {
        body = (body as Dict).message;
      } else {
        kongTable.log.warn("body was removed because table body encoding with gRPC is not supported");
        body = undefined;
      }
    }
    const setGrpcMessage = (): void => {
      if (grpcStatus !== undefined && ngx.header["grpc-message"] === undefined) {
        ngx.header["grpc-message"] = GRPC_MESSAGES[grpcStatus];
      }
    };
    if (json !== undefined) {
      if (!hasType) ngx.header["Content-Type"] = "application/json; charset=utf-8";
      if (!hasLength) ngx.header["Content-Length"] = json.length;
      write(ctx, json);
    } else if (typeof body === "string") {
      if (grpc && !grpcOutput) {
        ngx.header["Content-Length"] = 0;
        ngx.header["grpc-message"] = body;
        write(ctx, "");
      } else {
        if (!hasLength) ngx.header["Content-Length"] = body.length;
        setGrpcMessage();
        write(ctx, body);
      }
    } else {
      if (!hasLength) ngx.header["Content-Length"] = 0;
      setGrpcMessage();
      if (grpc) write(ctx, "");
    }
    return ngx.exit(ctx.KONG_PHASE === PHASES.header_filter ? ngx.OK : status);
  }

  /** In the access phase an answer waits until the other plugins were passed over, as in Kong; elsewhere it is sent at once. */
  function answer(status: number, body: unknown, headers: Dict | undefined): never {
    const ctx = ngx.ctx;
    ctx.KONG_EXITED = true;
    if (ctx.delay_response === true && ctx.delayed_response === undefined) {
      ctx.delayed_response = { status_code: status, content: body, headers };
      coroutine.yield();
    }
    return send(status, body, headers);
  }

  function exit(status: number, body?: unknown, headers?: Dict): never {
    check(WRITING);
    refuseWhenSent();
    checkStatus(status, 100);
    const kind = type(body);
    if (kind !== "nil" && kind !== "string" && kind !== "table") error("body must be a nil, string or table", 2);
    if (headers !== undefined) {
      if (type(headers) !== "table") error("headers must be a nil or table", 2);
      validateHeaders(headers);
    }
    return answer(status, body, headers);
  }

  function errorPage(status: number, message?: unknown, headers?: Dict): never {
    check(WRITING);
    refuseWhenSent();
    checkStatus(status, 400);
    let text = message;
    if (type(text) === "table") {
      const [json, err] = cjson.encode(text);
      if (json === undefined) error(`could not JSON encode the error message: ${err}`, 2);
      text = json;
    }
    if (text !== undefined && typeof text !== "string") error("message must be a nil, a string or a table", 2);
    if (headers !== undefined) {
      if (type(headers) !== "table") error("headers must be a nil or table", 2);
      validateHeaders(headers);
    }
    const all: Dict = headers ?? {};
    const given = all["Content-Type"];
    let page;
    if (given !== undefined) {
      page = pageFor(type(given) === "table" ? (given as string[])[0] : (given as string));
    } else if (isGrpcRequest()) {
      page = pageFor(GRPC);
      all["Content-Type"] = GRPC;
    } else {
      page = choose(ngx.req.get_headers().Accept);
      all["Content-Type"] = page.mime;
    }
    const body =
      page.template === ""
        ? undefined
        : string.format(page.template, text ?? defaultMessage(status), ngx.var.kong_request_id ?? "");
    return answer(status, body, all);
  }

  return {
    get_status: getStatus,
    get_header: getHeader,
    get_headers: getHeaders,
    get_source: getSource,
    set_status: setStatus,
    set_header: setHeader,
    add_header: addHeader,
    clear_header: clearHeader,
    set_headers: setHeaders,
    get_raw_body: getRawBody,
    set_raw_body: setRawBody,
    exit,
    error: errorPage as KongResponse["error"],
    send_delayed: (ctx: RequestContext) => {
      const delayed = ctx.delayed_response;
      if (delayed !== undefined) send(delayed.status_code, delayed.content, delayed.headers);
    },
  };
}

export { newResponse };
