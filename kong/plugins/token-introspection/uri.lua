-- Transpiled from src/kong/plugins/token-introspection/uri.ts by `npm run build`: edit that file, not this one.
local ____exports = {}
local ____memo = require("kong.plugins.token-introspection.memo")
local createMemo = ____memo.createMemo
local recall = ____memo.recall
local remember = ____memo.remember
local ____text = require("kong.plugins.token-introspection.text")
local before = ____text.before
local eachMatch = ____text.eachMatch
local byte = string.byte
local char = string.char
local find = string.find
local gsub = string.gsub
local lower = string.lower
local match = string.match
local upper = string.upper
local concat = table.concat
local function normaliseTriplet(digits)
  local character = char(tonumber(digits, 16) or 0)
  if (find(character, "^[%w%-._~]")) ~= nil then
    return character
  end
  return "%" .. upper(digits)
end
--- Percent-encoding: unreserved characters stand for themselves, digits are in upper case. Reserved ones stay encoded: `%2F` is no slash.
local function normalisePercent(text)
  if (find(text, "%", 1, true)) == nil then
    return text
  end
  local normalised = gsub(text, "%%(%x%x)", normaliseTriplet)
  return normalised
end
--- RFC 3986 §5.2.4, for a path that begins with a slash.
local function removeDotSegments(path)
  if (find(path, "/.", 1, true)) == nil then
    return path
  end
  local segments = {}
  local count = 0
  local last = ""
  for segment in eachMatch(path, "/([^/]*)") do
    last = segment
    if last == ".." then
      if count > 0 then
        count = count - 1
      end
    elseif last ~= "." then
      segments[count + 1] = last
      count = count + 1
    end
  end
  if last == "." or last == ".." then
    segments[count + 1] = ""
    count = count + 1
  end
  return "/" .. concat(segments, "/", 1, count)
end
local function normalisePath(path)
  if path == "" then
    return "/"
  end
  return removeDotSegments(normalisePercent(path))
end
--- Takes host and port apart.
--
-- @param authority `host` or `host:port`, as in a Host header. User information is not accepted.
-- @returns host as it stands and port, which is undefined when there is none; undefined when it is malformed.
local function splitAuthority(authority)
  local host, rest = match(authority, "^(%[[%x:.]+%])(.*)$")
  if host == nil then
    host, rest = match(authority, "^([^%[%]@:/?#%c%s\\]+)(.*)$")
  end
  if host == nil or rest == nil then
    return nil, nil
  end
  if rest == "" or rest == ":" then
    return host, nil
  end
  local digits = match(rest, "^:(%d+)$")
  local ____temp_0
  if digits == nil or #digits > 5 then
    ____temp_0 = nil
  else
    ____temp_0 = tonumber(digits, 10)
  end
  local port = ____temp_0
  if port == nil or port < 1 or port > 65535 then
    return nil, nil
  end
  return host, port
end
--- One text for each target, without query and fragment: scheme and host in lower case, port always there, path without dot segments and needless
-- percent-encoding.
--
-- @param scheme `http` or `https`, in any case.
-- @param host name, IPv4 address, or IPv6 address in brackets.
-- @param port undefined: the scheme's default.
-- @param path as it came in the request, percent-encoding and all.
-- @returns undefined when the scheme is neither http nor https, or the path does not begin with a slash.
local function normaliseTarget(scheme, host, port, path)
  local protocol = lower(scheme)
  if protocol ~= "http" and protocol ~= "https" then
    return nil
  end
  if path ~= "" and byte(path, 1) ~= 47 then
    return nil
  end
  local number = port or (protocol == "https" and 443 or 80)
  return ((((protocol .. "://") .. lower(normalisePercent(host))) .. ":") .. tostring(number)) .. normalisePath(path)
end
--- URIs that were normalised, for clients call the same ones again and again.
local normalised = createMemo(1024, 262144)
local function readUri(uri)
  local scheme, authority, path = match(uri, "^(%a+)://([^/?#]*)([^?#]*)")
  if scheme == nil or authority == nil or path == nil then
    return nil
  end
  local host, port = splitAuthority(authority)
  if host == nil then
    return nil
  end
  return normaliseTarget(scheme, host, port, path)
end
--- The same for an absolute URI. Query and fragment do not count.
--
-- @returns undefined for any other text than an http or https URI, and for one with user information.
local function normaliseUri(uri)
  local known = recall(normalised, uri)
  if known ~= nil then
    return known
  end
  local text = readUri(uri)
  if text ~= nil then
    remember(normalised, uri, text)
  end
  return text
end
--- The path of a request target: what stands before query and fragment.
local function pathOf(requestUri)
  return before(before(requestUri, "#"), "?")
end
____exports.normaliseTarget = normaliseTarget
____exports.normaliseUri = normaliseUri
____exports.pathOf = pathOf
____exports.splitAuthority = splitAuthority
return ____exports
