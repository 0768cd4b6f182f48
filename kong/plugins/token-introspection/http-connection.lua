-- Transpiled from src/kong/plugins/token-introspection/http-connection.ts by `npm run build`: edit that file, not this one.
local ____exports = {}
local ____ngx_2Ebase64 = require("ngx.base64")
local encode_base64url = ____ngx_2Ebase64.encode_base64url
local ____call = require("kong.plugins.token-introspection.call")
local CONNECTING = ____call.CONNECTING
local ____client_certificate = require("kong.plugins.token-introspection.client-certificate")
local clientCertificateOf = ____client_certificate.clientCertificateOf
local ____proxy = require("kong.plugins.token-introspection.proxy")
local proxyFor = ____proxy.proxyFor
local ____sha256 = require("kong.plugins.token-introspection.sha256")
local sha256 = ____sha256.sha256
local ____tunnel = require("kong.plugins.token-introspection.tunnel")
local guardTunnel = ____tunnel.guardTunnel
local stopWatching = ____tunnel.stopWatching
local watchHandshake = ____tunnel.watchHandshake
local ____url = require("kong.plugins.token-introspection.url")
local isAddress = ____url.isAddress
local serverName = ____url.serverName
local concat = table.concat
local gsub = string.gsub
--- How to connect.
--
-- @returns undefined and why not, when our certificate cannot be used.
function ____exports.connectOptions(call, url)
  local ____call_0 = call
  local question = ____call_0.question
  local pair, wrong = clientCertificateOf(question)
  if wrong ~= nil then
    return nil, wrong
  end
  local verify = question.introspection_ssl_verify
  local proxy = proxyFor(question, url)
  local options = {
    scheme = url.scheme,
    host = url.host,
    port = url.port,
    ssl_verify = verify,
    ssl_server_name = (verify or not isAddress(url)) and serverName(url) or nil,
    ssl_client_cert = pair and pair.certificate,
    ssl_client_priv_key = pair and pair.key,
    proxy_opts = proxy,
  }
  local hash, hashError = sha256(concat({
    url.server,
    tostring(verify),
    proxy and proxy.http_proxy or proxy and proxy.https_proxy or "",
    proxy and proxy.http_proxy_authorization or proxy and proxy.https_proxy_authorization or "",
    question.client_certificate or "",
    question.client_key or "",
  }, "\n"))
  if hash == nil then
    return nil, hashError or "no SHA-256"
  end
  options.pool = "token-introspection:" .. encode_base64url(hash)
  return options
end
--- Connects. OpenResty's own sslhandshake raises, instead of giving an error, where a handshake fails without having had to wait (lua-resty-core's
-- socket.lua asserts that it did not): that is a connection that could not be made, like any other.
--
-- @param timeout that was set, in milliseconds.
function ____exports.connect(call, client, options, timeout)
  local connected
  local message
  local detail
  call.stage = CONNECTING
  if options.proxy_opts ~= nil then
    guardTunnel(call, client.sock, timeout)
  else
    watchHandshake(call, client.sock)
  end
  local good, raised = pcall(function()
    connected, message, detail = client:connect(options)
  end)
  stopWatching(client.sock)
  if not good then
    local said = gsub(tostring(raised), "^.-:%d+: ", "")
    return nil, ("the TLS handshake failed (" .. said) .. "), as it does where the certificate is not accepted"
  end
  if connected ~= nil then
    return true
  end
  if type(detail) == "string" then
    return nil, ((message or "") .. " ") .. detail
  end
  return nil, message or "no connection"
end
return ____exports
