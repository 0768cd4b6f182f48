--- What the integration specs share: an authorization server and an upstream service, as server blocks in the nginx of the Kong under test.
local helpers = require("spec.helpers")
local assert = require("luassert")
local cjson = require("cjson")
local base64 = require("ngx.base64")

local integration = {
  CLIENT_ID = "gateway",
  CLIENT_SECRET = "secret",
  DENIED = "The resource owner or authorization server denied the request.",
}

local authorization_server = helpers.get_available_port()
local upstream = helpers.get_available_port()

--- A token is its own answer: Base64url of what the authorization server says of it. `status` in it is the answer's status.
integration.fixtures = {
  http_mock = {
    authorization_server = [[
      lua_shared_dict introspections 1m;

      server {
        listen 127.0.0.1:]] .. authorization_server .. [[;

        location = /introspect {
          content_by_lua_block {
            ngx.req.read_body()
            local token = ngx.req.get_post_args().token
            ngx.shared.introspections:incr("asked:" .. token, 1, 0)
            if ngx.var.http_authorization ~= "Basic " .. ngx.encode_base64("gateway:secret") then
              return ngx.exit(401)
            end
            local text = require("ngx.base64").decode_base64url(token)
            if not text or ngx.shared.introspections:get("revoked:" .. token) then
              text = '{"active":false}'
            end
            ngx.status = tonumber(text:match('"status":(%d+)')) or 200
            ngx.header.content_type = "application/json"
            ngx.print(text)
          }
        }

        location = /asked {
          content_by_lua_block {
            ngx.print(ngx.shared.introspections:get("asked:" .. ngx.var.arg_token) or 0)
          }
        }

        location = /revoke {
          content_by_lua_block {
            ngx.shared.introspections:set("revoked:" .. ngx.var.arg_token, true)
          }
        }
      }
    ]],
    upstream = [[
      server {
        listen 127.0.0.1:]] .. upstream .. [[;

        location / {
          content_by_lua_block {
            ngx.header.content_type = "application/json"
            ngx.print(require("cjson").encode({ path = ngx.var.uri, headers = ngx.req.get_headers(0) }))
          }
        }
      }
    ]],
  },
}

local function tell_server(path, token)
  local client = helpers.http_client("127.0.0.1", authorization_server)
  local response = assert(client:send({ method = "GET", path = path, query = { token = token } }))
  local body = assert.res_status(200, response)
  client:close()
  return body
end

local tokens = 0

--- A new token for which the authorization server answers with these claims: active for an hour, unless they say otherwise.
function integration.token(claims)
  tokens = tokens + 1
  local answer = { active = true, client_id = "app", sub = "alice", jti = tostring(tokens), exp = math.floor(ngx.now()) + 3600 }
  for name, value in pairs(claims or {}) do
    answer[name] = value
  end
  return (base64.encode_base64url(cjson.encode(answer)))
end

--- How often the authorization server was asked about a token.
function integration.asked(token)
  return tonumber(tell_server("/asked", token))
end

--- From now on the authorization server calls the token inactive.
function integration.revoke(token)
  tell_server("/revoke", token)
end

--- The settings of a plugin that asks this authorization server; those given win.
function integration.config(more)
  local config = {
    introspection_endpoint = "http://127.0.0.1:" .. authorization_server .. "/introspect",
    client_id = integration.CLIENT_ID,
    client_secret = integration.CLIENT_SECRET,
  }
  for name, value in pairs(more or {}) do
    config[name] = value
  end
  return config
end

--- The service of all routes.
function integration.insert_service(bp)
  return bp.services:insert({ protocol = "http", host = "127.0.0.1", port = upstream })
end

--- A route `/<name>` to the service, with these plugins: token-introspection by its settings, others whole.
function integration.insert_route(bp, service, name, config, others)
  local route = bp.routes:insert({ name = name, paths = { "/" .. name }, service = service, protocols = { "http", "https" } })
  if config then
    bp.plugins:insert({ name = "token-introspection", route = { id = route.id }, config = integration.config(config) })
  end
  for _, plugin in ipairs(others or {}) do
    plugin.route = { id = route.id }
    bp.plugins:insert(plugin)
  end
  return route
end

--- Starts Kong with what was inserted. Without a database it gets that as a declarative configuration.
function integration.start(strategy, settings)
  local environment = {
    database = strategy,
    nginx_conf = "spec/fixtures/custom_nginx.template",
    plugins = "bundled,token-introspection,mtls-auth",
    declarative_config = strategy == "off" and helpers.make_yaml_file() or nil,
  }
  for name, value in pairs(settings or {}) do
    environment[name] = value
  end
  assert(helpers.start_kong(environment, nil, nil, integration.fixtures))
end

--- Sends one request and closes the connection. Gives response and body.
function integration.send(request, client)
  client = client or helpers.proxy_client()
  request.method = request.method or "GET"
  local response = assert(client:send(request))
  local body = response:read_body()
  client:close()
  return response, body
end

--- Calls a route with a bearer token, or without any when it is nil.
function integration.call(path, token, headers)
  headers = headers or {}
  headers.Authorization = token and "Bearer " .. token or nil
  return integration.send({ path = path, headers = headers })
end

--- What the upstream service received: its headers by their names in lower case.
function integration.received(response, body)
  assert.equal(200, response.status, body)
  return cjson.decode(body).headers
end

--- The refusal must be this, byte for byte; `challenge` nil: there is none.
function integration.assert_refusal(status, message, challenge, response, body)
  assert.equal(status, response.status, body)
  assert.equal(('{"data":[],"error":{"code":%d,"message":"%s"}}'):format(status, message), body)
  assert.equal("application/json", (response.headers["Content-Type"]:gsub(";.*", "")))
  assert.equal(challenge, response.headers["WWW-Authenticate"])
end

return integration
