-- Transpiled from src/kong/plugins/token-introspection/api.ts by `npm run build`: edit that file, not this one.
local ____forgetting = require("kong.plugins.token-introspection.forgetting")
local forget = ____forgetting.forget
local tokenName = ____forgetting.tokenName
local ____cache = require("kong.plugins.token-introspection.cache")
local forgetToken = ____cache.forgetToken
local ____plan = require("kong.plugins.token-introspection.plan")
local questions = ____plan.questions
--- Longest text that is taken, in bytes: what the nodes of a cluster tell each other has its limits.
local LONGEST = 16 * 1024
local USAGE = ("give one of these in the body: token, sub, client_id (each a string of at most " .. tostring(LONGEST))
  .. " bytes), everything (true)"
local CONTROL_PLANE =
  "a control plane knows no tokens and reaches none of its data planes: they ask again when ttl is over, or when their configuration changes"
local function requestOf(params)
  local request
  local count = 0
  for ____, kind in ipairs({ "token", "sub", "client_id" }) do
    local value = params[kind]
    if value ~= nil then
      count = count + 1
      if type(value) == "string" and value ~= "" and #value <= LONGEST then
        request = { kind = kind, value = value }
      end
    end
  end
  if params.everything ~= nil then
    count = count + 1
    if params.everything == true or params.everything == "true" then
      request = { kind = "everything", value = "" }
    end
  end
  local ____temp_0
  if count == 1 then
    ____temp_0 = request
  else
    ____temp_0 = nil
  end
  return ____temp_0
end
local function post()
  if kong.configuration.role == "control_plane" then
    return kong.response.exit(501, { message = CONTROL_PLANE })
  end
  if kong.request.get_raw_query() ~= "" then
    return kong.response.exit(400, { message = USAGE })
  end
  local body = kong.request.get_body()
  local ____temp_1
  if body == nil then
    ____temp_1 = nil
  else
    ____temp_1 = requestOf(body)
  end
  local request = ____temp_1
  if request == nil then
    return kong.response.exit(400, { message = USAGE })
  end
  local failed
  if request.kind == "token" then
    forgetToken(request.value, questions())
    local name = tokenName(request.value)
    failed = name == nil and "the token could not be hashed" or forget({ kind = "token", value = name })
  else
    failed = forget(request)
  end
  if failed ~= nil then
    return kong.response.exit(500, { message = failed })
  end
  return kong.response.exit(200, { forgotten = request.kind })
end
--- Admin API: `POST /token-introspection/forget` makes this node, and with a database every node of the cluster, ask the authorization server
-- again about one token, all tokens of a subject or a client, or all tokens.
local routes = { ["/token-introspection/forget"] = { POST = post } }
local ____exports = routes
return ____exports
