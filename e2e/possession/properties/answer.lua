-- Answers a batch of cases with the transpiled plugins. CASES names a JSON file of cases, RESULTS the file to write. Every text in them is
-- Base64, so that any bytes can be tried. A case is { kind, arguments... }; an answer is { ok, values... }, or { error } for a raised one.
local root = os.getenv("PLUGINS_ROOT") or os.getenv("REPOSITORY")
package.path = root .. "/?.lua;" .. root .. "/?/init.lua;" .. package.path

local cjson = require("cjson.safe")
local plugin = "kong.plugins.token-introspection."
local base64 = require(plugin .. "base64")
local certificate_header = require(plugin .. "certificate-header")
local cookie = require(plugin .. "cookie")
local dpop = require(plugin .. "dpop")
local form = require(plugin .. "form")
local json = require(plugin .. "json")
local jws = require(plugin .. "jws")
local jwk = require(plugin .. "jwk")
local sha256 = require(plugin .. "sha256").sha256
local token = require(plugin .. "token")
local upstream = require(plugin .. "upstream")
local uri = require(plugin .. "uri")
local names = require("kong.plugins.mtls-auth.distinguished-name")
local mtls_headers = require("kong.plugins.mtls-auth.request-headers")

local encode, decode = ngx.encode_base64, ngx.decode_base64

local function text(value)
  if type(value) == "table" then
    local list = {}
    for index, each in ipairs(value) do
      list[index] = text(each)
    end
    return list
  end
  return value ~= cjson.null and value ~= nil and decode(value) or nil
end

local function out(value)
  if type(value) == "string" then
    return { text = encode(value) }
  end
  return value
end

local answers = {}

function answers.certificate_header(value, format)
  return certificate_header.readCertificateHeader(text(value), format)
end

function answers.distinguished_name(value)
  local read, problem = names.readDistinguishedName(text(value))
  if read == nil then
    return nil, problem
  end
  local list = {}
  for index, relative in ipairs(read) do
    local attributes = {}
    for position, attribute in ipairs(relative) do
      attributes[position] = { type = attribute.type, value = attribute.value and encode(attribute.value) }
    end
    list[index] = attributes
  end
  return { list = list }
end

function answers.token_header(value, bare)
  local found, presentation, refused = token.readTokenHeader(text(value), bare)
  return found, presentation and presentation.dpop, refused and refused.code
end

function answers.cookie(header, name)
  local value, count = cookie.findCookie(text(header), text(name))
  local rest = cookie.withoutCookie(text(header), text(name))
  local _, left = cookie.findCookie(rest, text(name))
  return value, count, rest, left
end

function answers.form(encoded, name)
  local value, count = form.findParameter(text(encoded), text(name))
  local rest = form.withoutParameter(text(encoded), text(name))
  local _, left = form.findParameter(rest, text(name))
  return value, count, rest, left
end

local SETTINGS = { upstream_headers_prefix = "X-Credential-", upstream_headers_encoding = "rfc8187", upstream_headers = { ["X-Roles"] = "roles" } }
local plan = upstream.upstreamPlanOf(SETTINGS)
local configuration = { names = { ["x-cert-cn"] = true, ["x-cert"] = true } }

function answers.connection(value)
  local headers = { connection = text(value) }
  return upstream.connectionNamesProtected(headers, plan), mtls_headers.connectionNamesOurs(configuration, headers)
end

function answers.json_object(value)
  return json.decodeObject(text(value)) ~= nil
end

function answers.jws(value)
  local read, problem = jws.parseJws(text(value), 8192)
  if read == nil then
    return nil, problem
  end
  return read.algorithm, read.signature, read.signed.header .. "." .. read.signed.payload
end

function answers.jwk(value)
  local members = cjson.decode(text(value))
  local key, problem = jwk.readPublicJwk(members)
  return key and key.thumbprint, problem
end

function answers.dpop(proof, expected)
  local target = uri.normaliseTarget(expected.scheme, text(expected.host), expected.port, text(expected.path))
  local checked, refused = dpop.checkDpopProof(text(proof), {
    method = expected.method,
    target = target,
    tokenHash = base64.encodeBase64url(sha256(text(expected.token))),
    thumbprint = expected.thumbprint,
    now = expected.now,
    maxAge = expected.max_age,
    leeway = 0,
  })
  return checked and checked.jti, refused and refused.code
end

function answers.uri(value)
  return uri.normaliseUri(text(value))
end

local function answer(case)
  local result = { pcall(answers[case.kind], unpack(case.arguments, 1, 2)) }
  if not result[1] then
    return { error = tostring(result[2]) }
  end
  local values = {}
  for index = 2, 5 do
    local value = result[index]
    values[index - 1] = value == nil and cjson.null or out(value)
  end
  return { values = values }
end

local file = assert(io.open(os.getenv("CASES"), "r"))
local cases = assert(cjson.decode(file:read("*a")))
file:close()
local results = {}
for index, case in ipairs(cases) do
  results[index] = answer(case)
end
file = assert(io.open(os.getenv("RESULTS"), "w"))
local encoded, problem = cjson.encode(results)
if encoded == nil then
  error(problem)
end
file:write(encoded)
file:close()
