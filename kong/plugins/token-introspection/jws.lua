-- Transpiled from src/kong/plugins/token-introspection/jws.ts by `npm run build`: edit that file, not this one.
local ____exports = {}
local ____base64 = require("kong.plugins.token-introspection.base64")
local decodeBase64url = ____base64.decodeBase64url
local ____json = require("kong.plugins.token-introspection.json")
local decodeObject = ____json.decodeObject
local ____json_object = require("kong.plugins.token-introspection.json-object")
local parseObject = ____json_object.parseObject
local find = string.find
local sub = string.sub
local MALFORMED = "its Base64url is malformed"
--- Takes a compact JWS apart at its dots.
--
-- @param maxLength longest text that is read, in bytes.
-- @returns undefined and why not, without any of the text.
local function splitJws(text, maxLength)
  if #text > maxLength then
    return nil, ("it is longer than " .. tostring(maxLength)) .. " bytes"
  end
  local first = find(text, ".", 1, true)
  if first == nil then
    return nil, "it is not three parts of Base64url"
  end
  local second = find(text, ".", first + 1, true)
  if second == nil then
    return nil, "it is not three parts of Base64url"
  end
  local header = sub(text, 1, first - 1)
  local payload = sub(text, first + 1, second - 1)
  local signature = sub(text, second + 1)
  if header == "" or payload == "" or signature == "" then
    return nil, "it is not three parts of Base64url"
  end
  return { header = header, payload = payload, signature = signature }
end
--- Reads a header: a JSON object without repeated names. Extensions that must be understood (`crit`, `b64`; RFC 7515 §4.1.11, RFC 7797) are not
-- understood here, so they are refused.
--
-- @param encoded canonical Base64url.
local function readJwsHeader(encoded)
  local text = decodeBase64url(encoded)
  if text == nil then
    return nil, MALFORMED
  end
  local members = decodeObject(text)
  if members == nil then
    return nil, "its header is not a JSON object"
  end
  if members.crit ~= nil or members.b64 ~= nil then
    return nil, "its header demands an extension that is not supported"
  end
  local algorithm = members.alg
  if type(algorithm) ~= "string" then
    return nil, "its header has no alg"
  end
  return { members = members, algorithm = algorithm }
end
--- Reads payload and signature: canonical Base64url, the payload a JSON object without repeated names.
--
-- @returns the payload and the signature's bytes; or undefined and why not.
local function readJwsContent(parts)
  local text = decodeBase64url(parts.payload)
  local signature = decodeBase64url(parts.signature)
  if text == nil or signature == nil then
    return nil, MALFORMED
  end
  local payload = decodeObject(text)
  if payload == nil then
    return nil, "its payload is not a JSON object"
  end
  return payload, signature
end
--- Takes a compact JWS apart and reads all of it, strictly. Its payload may be nested as deeply as that of an answer which is not signed.
--
-- @param maxLength longest text that is read, in bytes.
-- @returns undefined and why not, without any of the text.
local function parseJws(text, maxLength)
  local parts, unsplit = splitJws(text, maxLength)
  if parts == nil then
    return nil, unsplit
  end
  local header, badHeader = readJwsHeader(parts.header)
  if header == nil then
    return nil, badHeader
  end
  local payloadText = decodeBase64url(parts.payload)
  local signature = decodeBase64url(parts.signature)
  if payloadText == nil or signature == nil then
    return nil, MALFORMED
  end
  local payload, badPayload = parseObject(payloadText)
  if payload == nil then
    return nil, "its payload is refused: " .. badPayload
  end
  return {
    header = header.members,
    algorithm = header.algorithm,
    payload = payload,
    payloadText = payloadText,
    signed = parts,
    signature = signature,
  }
end
____exports.parseJws = parseJws
____exports.readJwsContent = readJwsContent
____exports.readJwsHeader = readJwsHeader
____exports.splitJws = splitJws
return ____exports
