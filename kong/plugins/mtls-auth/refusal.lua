-- Transpiled from src/kong/plugins/mtls-auth/refusal.ts by `npm run build`: edit that file, not this one.
local ____exports = {}
local ____string_0 = string
local find = ____string_0.find
--- Kong itself takes a request for gRPC by these two. It then needs the message alone: with a Content-Type of JSON grpc-status is lost.
local function isGrpc()
  local prefix = find(ngx.var.content_type or "", "application/grpc", 1, true)
  return prefix == 1 and ngx.req.http_version() == 2
end
local function refuse(status, description)
  if isGrpc() then
    return kong.response.exit(status, description)
  end
  local body = ('{"error":"invalid_request", "error_description": "' .. description) .. '"}'
  return kong.response.exit(status, body, { ["Content-Type"] = "application/json" })
end
--- Answers a client without a certificate that passes.
function ____exports.refuseCertificate(status)
  return refuse(status, "mTLS client not provided or invalid")
end
--- Answers a request whose Connection header names a header that the plugin sets.
function ____exports.refuseConnectionHeader()
  return refuse(400, "The Connection header names a header that the gateway sets")
end
return ____exports
