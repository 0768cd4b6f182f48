-- Transpiled from src/kong/plugins/token-introspection/http-body.ts by `npm run build`: edit that file, not this one.
local ____exports = {}
local ____http_line = require("kong.plugins.token-introspection.http-line")
local isNotHttp = ____http_line.isNotHttp
local readLine = ____http_line.readLine
local concat = table.concat
local find = string.find
local floor = math.floor
local gsub = string.gsub
local lower = string.lower
local match = string.match
local now = ngx.now
local TOO_LARGE = { kind = "too large", detail = "" }
local function truncated(message)
  return { kind = "truncated", detail = message or "closed" }
end
local function malformed(detail)
  return { kind = "malformed", detail = detail }
end
--- What it means that a line could not be read.
local function withoutLine(message)
  return isNotHttp(message) and malformed(message) or truncated(message)
end
--- Chunks that a body may have: each costs as much as a kilobyte, and may hold one byte.
local MAX_CHUNKS = 16384
--- The longest run of trailers that is read after a chunked body.
local MAX_TRAILERS = 64
--- How the end of the body is known (RFC 9112 section 6.3). What is ambiguous is refused: two readers might see two answers in it.
local function framingOf(headers)
  local encoding = headers["Transfer-Encoding"]
  if encoding ~= nil then
    if type(encoding) ~= "string" or (gsub(lower(encoding), "%s", "")) ~= "chunked" then
      return nil, "its Transfer-Encoding is not chunked"
    end
    return { kind = "chunked" }
  end
  local length = headers["Content-Length"]
  if length == nil then
    return { kind = "close" }
  end
  if type(length) ~= "string" or (match(length, "^%d+%s*$")) == nil or #length > 15 then
    return nil, "its Content-Length is no number"
  end
  return {
    kind = "length",
    length = tonumber(length) or 0,
  }
end
local function readChunked(socket, limit)
  local parts = {}
  local total = 0
  while true do
    local line, lineError = readLine(socket)
    if line == nil then
      return nil, withoutLine(lineError)
    end
    local digits = match(line, "^(%x+)%s*$")
    local withExtension = match(line, "^(%x+)%s*;")
    local size = tonumber(digits or withExtension or "none", 16)
    if size == nil or size > 2 ^ 40 then
      return nil, malformed("its chunks have no sizes")
    end
    if size == 0 then
      break
    end
    total = total + size
    if total > limit then
      return nil, TOO_LARGE
    end
    if #parts >= MAX_CHUNKS then
      return nil, malformed("it has too many chunks")
    end
    local part, partError = socket:receive(size)
    if part == nil then
      return nil, truncated(partError)
    end
    parts[#parts + 1] = part
    local ____end, endError = socket:receive(2)
    if ____end == nil then
      return nil, truncated(endError)
    end
    if ____end ~= "\r\n" then
      return nil, malformed("its chunks are longer than they say")
    end
  end
  for _ = 1, MAX_TRAILERS do
    local line, lineError = readLine(socket)
    if line == nil then
      return nil, withoutLine(lineError)
    end
    if line == "" then
      return concat(parts)
    end
  end
  return nil, malformed("it has too many trailers")
end
local function readToEnd(socket, limit)
  local all, message, partial = socket:receive(limit + 1)
  if all ~= nil then
    return nil, TOO_LARGE
  end
  if message ~= "closed" then
    return nil, truncated(message)
  end
  return partial or ""
end
--- Reads the body of an answer, once its head has been read.
--
-- The library's own readers are not used: they wait for the network inside a coroutine of their own, which would live on when the light thread
-- around it is ended at the deadline, and they take a time-out for the end of a body whose length is not given.
function ____exports.readBody(socket, headers, limit)
  local framing, wrong = framingOf(headers)
  if framing == nil then
    return nil, malformed(wrong or "")
  end
  if framing.kind == "chunked" then
    return readChunked(socket, limit)
  end
  if framing.kind == "close" then
    return readToEnd(socket, limit)
  end
  if framing.length > limit then
    return nil, TOO_LARGE
  end
  if framing.length == 0 then
    return ""
  end
  local all, message = socket:receive(framing.length)
  if all == nil then
    return nil, truncated(message)
  end
  return all
end
--- Whether the connection can carry another request after the body: its end was known without the connection's end.
function ____exports.endsBeforeConnection(headers)
  local framing = framingOf(headers)
  local both = headers["Transfer-Encoding"] ~= nil and headers["Content-Length"] ~= nil
  return framing ~= nil and framing.kind ~= "close" and not both
end
--- Length of the body in bytes, where it is known beforehand.
function ____exports.knownLength(headers)
  local framing = framingOf(headers)
  return (framing and framing.kind) == "length" and framing.length or nil
end
--- Reads a body whose length is known until some moment, however slowly it comes: the network's time-outs start anew with each byte.
--
-- @param until seconds since the epoch.
function ____exports.readUntil(socket, length, ____until)
  local parts = {}
  local left = length
  while left > 0 do
    local milliseconds = floor((____until - now()) * 1000)
    if milliseconds < 1 then
      return nil
    end
    socket:settimeout(milliseconds)
    local part = socket:receiveany(left)
    if part == nil then
      return nil
    end
    parts[#parts + 1] = part
    left = left - #part
  end
  return concat(parts)
end
--- Looks for a word in a header that is a list.
function ____exports.headerHolds(header, word)
  if header == nil then
    return false
  end
  local text = type(header) == "string" and header or concat(header, ",")
  local folded = gsub(lower(text), "%s", "")
  return (find(("," .. folded) .. ",", ("," .. word) .. ",", 1, true)) ~= nil
end
return ____exports
