-- Transpiled from src/kong/plugins/token-introspection/peer.ts by `npm run build`: edit that file, not this one.
local ____exports = {}
--- Ports, as text, on which Kong expects PROXY protocol.
local ports
local function portsOf(listeners)
  local found = {}
  for ____, ____value in ipairs(listeners or {}) do
    local port = ____value.port
    local spoken = ____value.proxy_protocol
    if spoken == true and port ~= nil then
      found[string.format("%d", port)] = true
    end
  end
  return found
end
--- Whether the connection came in by PROXY protocol. It may name nobody (`PROXY UNKNOWN`, `LOCAL`), and nginx then knows no address.
local function speaksProxyProtocol()
  ports = ports or portsOf(kong.configuration.proxy_listeners)
  return ports[ngx.var.server_port] ~= nil
end
--- Whether the peer may tell us things about the client that it forwards for: the TCP peer is in `trusted_ips`, and where PROXY protocol was
-- spoken, the client that it named is too, for behind an L4 balancer everybody has the balancer's address.
local function isPeerTrusted()
  local isTrusted = kong.ip.is_trusted
  if not isTrusted(kong.client.get_ip()) then
    return false
  end
  local named = ngx.var.proxy_protocol_addr
  if named == nil or named == "" then
    return not speaksProxyProtocol()
  end
  return isTrusted(named)
end
____exports.isPeerTrusted = isPeerTrusted
return ____exports
