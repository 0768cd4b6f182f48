-- Transpiled from src/kong/plugins/token-introspection/dpop-request.ts by `npm run build`: edit that file, not this one.
local ____exports = {}
local ____memo = require("kong.plugins.token-introspection.memo")
local createMemo = ____memo.createMemo
local recall = ____memo.recall
local remember = ____memo.remember
local ____peer = require("kong.plugins.token-introspection.peer")
local isPeerTrusted = ____peer.isPeerTrusted
local ____text = require("kong.plugins.token-introspection.text")
local before = ____text.before
local trim = ____text.trim
local ____uri = require("kong.plugins.token-introspection.uri")
local normaliseTarget = ____uri.normaliseTarget
local pathOf = ____uri.pathOf
local splitAuthority = ____uri.splitAuthority
local gsub = string.gsub
local lower = string.lower
--- First element of a header that proxies append to: what the proxy nearest to the client said.
local function firstOf(headers, name)
  local found = headers[name]
  local ____temp_0
  if type(found) == "string" or found == nil then
    ____temp_0 = found
  else
    ____temp_0 = found[1]
  end
  local value = ____temp_0
  if value == nil then
    return nil
  end
  local first = trim(before(value, ","))
  local ____temp_1
  if first == "" then
    ____temp_1 = nil
  else
    ____temp_1 = first
  end
  return ____temp_1
end
local authorities = createMemo(256, 65536)
---
-- @returns undefined when it is malformed.
local function readAuthority(text)
  local known = recall(authorities, text)
  if known ~= nil then
    return known
  end
  local host, port = splitAuthority(text)
  if host == nil then
    return nil
  end
  local routed = gsub(lower(host), "%.$", "")
  local authority = { host = host, port = port, routed = routed }
  remember(authorities, text, authority)
  return authority
end
--- The request's target, normalised (`normaliseTarget`).
--
-- From a trusted peer X-Forwarded-Proto, -Host and -Port count, each where it is there; else TLS or not, and the Host header. A missing port
-- is the scheme's default, never the one that Kong listens on: a load balancer or a port mapping hides that from the client.
--
-- @param headers as `ngx.req.get_headers(0)` gives them.
-- @returns undefined and why not, when host or port are missing or malformed, and where it is no target of a proof.
local function requestTarget(headers)
  local trusted = isPeerTrusted()
  local ____trusted_2
  if trusted then
    ____trusted_2 = firstOf(headers, "x-forwarded-host")
  else
    ____trusted_2 = nil
  end
  local forwardedHost = ____trusted_2
  local text = forwardedHost or ngx.var.http_host
  if text == nil then
    return nil, "the request has no host"
  end
  local authority = readAuthority(text)
  if authority == nil then
    return nil, "the request's host is malformed"
  end
  if forwardedHost == nil and authority.routed ~= ngx.var.host then
    return nil, "the request names two hosts"
  end
  local port = authority.port
  local scheme = ngx.var.scheme
  if trusted then
    scheme = firstOf(headers, "x-forwarded-proto") or scheme
    local forwardedPort = firstOf(headers, "x-forwarded-port")
    if forwardedPort ~= nil then
      local ____temp_3 = { splitAuthority("_:" .. forwardedPort) }
      port = ____temp_3[2]
      if port == nil then
        return nil, "X-Forwarded-Port is malformed"
      end
    end
  end
  local target = normaliseTarget(scheme, authority.host, port, pathOf(ngx.var.request_uri))
  if target == nil then
    return nil, "the request has no http URI"
  end
  return target
end
____exports.requestTarget = requestTarget
return ____exports
