-- Transpiled from src/kong/plugins/token-introspection/peer.ts by `npm run build`: edit that file, not this one.
local ____exports = {}
--- Whether the peer may tell us things about the client that it forwards for: the TCP peer is in `trusted_ips`, and where PROXY protocol was
-- spoken, the client that it named is too, for behind an L4 balancer everybody has the balancer's address.
local function isPeerTrusted()
  local isTrusted = kong.ip.is_trusted
  if not isTrusted(kong.client.get_ip()) then
    return false
  end
  local named = ngx.var.proxy_protocol_addr
  return named == nil or named == "" or isTrusted(named)
end
____exports.isPeerTrusted = isPeerTrusted
return ____exports
