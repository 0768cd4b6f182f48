/** Kong's ready-made fields: each can be used as it is, or called with changes. */
import constants = require("../../constants");
import { define } from "../schema";
import { parse, parseRange } from "../../pdk/ip";

type Result = LuaMultiReturn<[unknown, string?]>;

interface Parser {
  new: (this: void, text: string) => LuaMultiReturn<[unknown, string?]>;
}

/** host and port of "host:port", or undefined where it is neither a name nor an address. */
function splitHost(text: string): LuaMultiReturn<[string | undefined, string?]> {
  const [v6, v6Port] = string.match(text, "^(%[[%x:%.]+%]):?(%d*)$");
  if (v6 !== undefined) return $multi(parse(v6) === undefined ? undefined : v6, v6Port);
  if (parse(text) !== undefined) return $multi(text, "");
  const [name, port] = string.match(text, "^([%w%-%._]+):?(%d*)$");
  const [dots] = string.find(text, "..", 1, true);
  if (name === undefined || dots !== undefined) return $multi(undefined);
  const [allDigits] = string.match(name, "^[%d%.]+$");
  if (allDigits !== undefined && parse(name) === undefined) return $multi(undefined);
  return $multi(name, port);
}

function validateHost(text: string): Result {
  const [host, port] = splitHost(text);
  if (host === undefined) return $multi(undefined, `invalid value: ${text}`);
  if (port !== undefined && port !== "") return $multi(undefined, "must not have a port");
  return $multi(true);
}

function validateHostWithPort(text: string): Result {
  const [host, port] = splitHost(text);
  if (host === undefined) return $multi(undefined, `invalid hostname: ${text}`);
  if (port !== undefined && port !== "" && (tonumber(port) ?? 65536) > 65535)
    return $multi(undefined, "invalid port number");
  return $multi(true);
}

function validateSni(text: string): Result {
  const [host, port] = splitHost(text);
  if (host === undefined) return $multi(undefined, `invalid value: ${text}`);
  if (parse(host) !== undefined) return $multi(undefined, "must not be an IP");
  if (port !== undefined && port !== "") return $multi(undefined, "must not have a port");
  return $multi(true);
}

function validateWildcardHost(text: string): Result {
  const [star] = string.find(text, "*", 1, true);
  if (star === undefined) return validateSni(text);
  if (star !== 1 && star !== text.length) return $multi(undefined, "wildcard must be leftmost or rightmost character");
  const [name, count] = string.gsub(text, "%*", "wildcard");
  if (count > 1) return $multi(undefined, "only one wildcard must be specified");
  return validateSni(name);
}

function validateIp(text: string): Result {
  if (parse(text) !== undefined) return $multi(true);
  return $multi(undefined, `not an ip address: ${text}`);
}

function validateIpOrCidr(text: string): Result {
  if (parseRange(text) !== undefined) return $multi(true);
  return $multi(undefined, `invalid ip or cidr range: '${text}'`);
}

function validateCidrV4(text: string): Result {
  const range = parseRange(text);
  if (range !== undefined && range.bytes.length === 4) return $multi(true);
  return $multi(undefined, `invalid ipv4 cidr range: '${text}'`);
}

function validatePath(text: string): Result {
  const [allowed] = string.match(text, "^/[%w%.%-%_%~%/%%%:%@%!%$%&%'%(%)%*%+%,%;%=]*$");
  if (allowed === undefined)
    return $multi(undefined, `invalid path: '${text}' (characters outside of the reserved list of RFC 3986 found)`);
  const [decoded] = string.gsub(text, "%%%x%x", "___");
  const [bad] = string.match(decoded, "%%.?.?");
  if (bad !== undefined) return $multi(undefined, `invalid url-encoded value: '${bad}'`);
  return $multi(true);
}

/** The parts of a URL as LuaSocket, which Kong asks, sees them: host before scheme in the order of complaints. */
function validateUrl(text: string): Result {
  const [bare] = string.gsub(text, "#.*$", "");
  const [scheme, rest] = string.match(bare, "^([%w][%w%+%-%.]*):(.*)$");
  const [authority] = string.match(rest ?? bare, "^//([^/%?]*)");
  if (authority === undefined) return $multi(undefined, "missing host in url");
  let [host] = string.gsub(authority, "^[^@]*@", "");
  [host] = string.gsub(host, ":([^:%]]*)$", "");
  if (host === "") return $multi(undefined, "missing host in url");
  if (scheme === undefined) return $multi(undefined, "missing scheme in url");
  return $multi(true);
}

function validateToken(text: string): Result {
  if (text === "") return $multi(undefined, "no token provided");
  const [bad] = string.find(text, '[%c\x7f-\xff%s%(%)<>@,;:\\"/%?={}%[%]]');
  if (bad === undefined) return $multi(text);
  return $multi(
    undefined,
    'contains one or more invalid characters. ASCII control characters (0-31;127), space, tab and the characters ()<>@,;:\\"/?={}[] are not allowed.',
  );
}

function validateHeaderName(name: string): Result {
  if (name === "") return $multi(undefined, "no header name provided");
  const [good] = string.match(name, "^[%a%d_%-]+$");
  if (good !== undefined) return $multi(name);
  return $multi(undefined, `bad header name '${name}', allowed characters are A-Z, a-z, 0-9, '_', and '-'`);
}

function validateName(name: string): Result {
  const [good] = string.match(name, "^[%w%.%-%_~]+$");
  if (good !== undefined) return $multi(true);
  return $multi(undefined, `invalid value '${name}': it must only contain alphanumeric and '., -, _, ~' characters`);
}

function validateTag(tag: string): Result {
  const [good] = string.match(tag, "^[ \x21-\x2b\x2d\x2e\x30-\x7e\x80-\xf4]+$");
  if (good !== undefined) return $multi(true);
  return $multi(
    undefined,
    `invalid tag '${tag}': expected printable ascii (except \`,\` and \`/\`) or valid utf-8 sequences`,
  );
}

function validateCertificate(text: string): Result {
  const x509 = require("resty.openssl.x509") as Parser;
  const [, err] = x509.new(text);
  if (err !== undefined) return $multi(undefined, `invalid certificate: ${err}`);
  return $multi(true);
}

function validateKey(text: string): Result {
  const pkey = require("resty.openssl.pkey") as Parser;
  const [, err] = pkey.new(text);
  if (err !== undefined) return $multi(undefined, `invalid key: ${err}`);
  return $multi(true);
}

function text(more: Dict): unknown {
  more.type = "string";
  return define(more);
}

const HTTP_PROTOCOLS: string[] = [];
for (const name of constants.PROTOCOLS) {
  if ((constants.PROTOCOLS_WITH_SUBSYSTEM as Record<string, string | undefined>)[name] === "http")
    HTTP_PROTOCOLS.push(name);
}

const tag = define({ type: "string", required: true, custom_validator: validateTag });
const headerName = text({ custom_validator: validateHeaderName });
const path = define({
  type: "string",
  starts_with: "/",
  match_none: [{ pattern: "//", err: "must not have empty segments" }],
  custom_validator: validatePath,
});
const method = text({ match: "^%u+$" });

const typedefs = {
  http_method: method,
  protocol: text({ one_of: constants.PROTOCOLS }),
  protocols: define({
    type: "set",
    required: true,
    len_min: 1,
    elements: { type: "string", one_of: constants.PROTOCOLS },
    default: constants.PROTOCOLS,
  }),
  protocols_http: define({
    type: "set",
    required: true,
    len_min: 1,
    elements: { type: "string", one_of: HTTP_PROTOCOLS },
    default: HTTP_PROTOCOLS,
  }),
  host: text({ custom_validator: validateHost }),
  host_with_optional_port: text({ custom_validator: validateHostWithPort }),
  wildcard_host: text({ custom_validator: validateWildcardHost }),
  ip: text({ custom_validator: validateIp }),
  ip_or_cidr: text({ custom_validator: validateIpOrCidr }),
  cidr: text({ custom_validator: validateCidrV4 }),
  cidr_v4: text({ custom_validator: validateCidrV4 }),
  port: define({ type: "integer", between: [0, 65535] }),
  path,
  url: text({ custom_validator: validateUrl }),
  cookie_name: text({ custom_validator: validateToken }),
  header_name: headerName,
  timeout: define({ type: "integer", between: [0, 2147483646] }),
  uuid: define({ type: "string", uuid: true, auto: true }),
  auto_timestamp_s: define({ type: "integer", timestamp: true, auto: true }),
  auto_timestamp_ms: define({ type: "number", timestamp: true, auto: true }),
  no_route: define({ type: "foreign", reference: "routes", eq: ngx.null }),
  no_service: define({ type: "foreign", reference: "services", eq: ngx.null }),
  no_consumer: define({ type: "foreign", reference: "consumers", eq: ngx.null }),
  no_consumer_group: define({ type: "foreign", reference: "consumer_groups", eq: ngx.null }),
  name: text({ unique: true, custom_validator: validateName }),
  utf8_name: text({ unique: true, custom_validator: validateName }),
  sni: text({ custom_validator: validateSni }),
  certificate: text({ custom_validator: validateCertificate }),
  key: text({ custom_validator: validateKey }),
  tag,
  tags: define({ type: "set", elements: tag }),
  methods: define({ type: "set", elements: method }),
  hosts: define({ type: "array", elements: text({ custom_validator: validateWildcardHost }) }),
  paths: define({ type: "array", elements: path }),
  headers: define({ type: "map", keys: headerName, values: { type: "array", elements: { type: "string" } } }),
};

export = typedefs;
