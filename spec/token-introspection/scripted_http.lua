-- A stand-in for resty.http whose servers are scripts: no test that uses it waits for a network or a clock. What real connections do is shown by the
-- end-to-end suite.

local scripted_http = { log = {}, timeouts = {}, pools = {} }

local routes = {}

local function socket_over(text)
  local position = 1
  return setmetatable({}, { __index = {
    receive = function(_, size)
      local part = text:sub(position, position + size - 1)
      if #part < size then
        return nil, "closed", part
      end
      position = position + size
      return part
    end,
    receiveany = function(_, size)
      local part = text:sub(position, position + size - 1)
      if part == "" then
        return nil, "closed"
      end
      position = position + #part
      return part
    end,
    settimeout = function() end,
    -- As the cosocket's: pieces of at most so many bytes up to the separator, and nothing once it has been passed.
    receiveuntil = function(_, separator)
      local passed = false
      return function(size)
        if passed then
          passed = false
          return nil, nil, nil
        end
        local stop = text:find(separator, position, true)
        if stop == nil then
          return nil, "closed", text:sub(position)
        end
        local piece = text:sub(position, math.min(stop - 1, position + size - 1))
        position = position + #piece
        if position == stop then
          position = stop + #separator
          passed = true
        end
        return piece
      end
    end,
  } })
end
scripted_http.socket_over = socket_over

local function headers_of(given, body)
  local headers = {}
  for name, value in pairs(given or {}) do
    headers[name:lower()] = value
  end
  headers["content-length"] = headers["content-length"] or tostring(#body)
  return setmetatable({}, {
    __index = function(_, name)
      return headers[name:lower()]
    end,
  })
end

local client = {}
client.__index = client

function client.set_timeout(_, milliseconds)
  table.insert(scripted_http.timeouts, milliseconds)
end

function client:connect(options)
  self.options = options
  self.sock = socket_over("")
  self.server = options.scheme .. "://" .. options.host .. ":" .. options.port
  table.insert(scripted_http.log, "connect")
  table.insert(scripted_http.pools, options.pool)
  local refusal = routes.connect
  if type(refusal) == "function" then refusal = refusal() end
  if type(refusal) == "table" then refusal = table.remove(refusal, 1) end
  if refusal then
    return nil, refusal
  end
  return true
end

function client:get_reused_times()
  return routes.reused and table.remove(routes.reused, 1) or 0
end

function client:send_request(parameters)
  self.request = parameters
  table.insert(scripted_http.log, parameters.method .. " " .. parameters.path)
  return true
end

function client:read_response()
  local route = routes[self.request.path] or { status = 404 }
  if type(route) == "function" then
    route = route(self.request, self.options)
  end
  if route.failure then
    return nil, route.failure
  end
  local body = route.body or ""
  self.sock = socket_over(body)
  return { status = route.status, headers = headers_of(route.headers, body), has_body = true }
end

function client:set_keepalive()
  table.insert(scripted_http.log, "keep")
  return 1
end

function client:close()
  table.insert(scripted_http.log, "close")
  return 1
end

function scripted_http.new()
  return setmetatable({ sock = socket_over("") }, client)
end

--- Sets what the servers do: path -> { status, headers, body }, { failure }, or a function of the request that gives one.
-- What time-outs the client was given stands in `timeouts`, the names of the pools in `pools`.
-- `connect`: why connecting fails, each time or, in a list, the first times; or a function that gives why. `reused`: how often each connection was used before.
function scripted_http.script(script)
  routes = script
  scripted_http.log = {}
  scripted_http.timeouts = {}
  scripted_http.pools = {}
end

--- Gives every light thread and timer that can run its turn.
function scripted_http.let_others_run()
  for _ = 1, 5 do ngx.sleep(0.001) end
end

--- Loads a module of the plugin over this stand-in, with everything that it remembers fresh.
-- `clock`: what the plugin's modules then take for `ngx.now`, so that a test says itself what time it is.
function scripted_http.load(name, clock)
  local real_now = ngx.now
  ngx.now = clock or real_now -- luacheck: ignore 122
  local before = package.loaded["resty.http"]
  for module in pairs(package.loaded) do
    if module:find("^kong%.plugins%.token%-introspection%.") then
      package.loaded[module] = nil
    end
  end
  package.loaded["resty.http"] = scripted_http
  local loaded = require(name)
  package.loaded["resty.http"] = before
  ngx.now = real_now -- luacheck: ignore 122
  return loaded
end

--- A question as the plugin asks it, with other settings where they are given.
function scripted_http.question(settings)
  local question = {
    id = "id",
    way = "way",
    patience = ":5000:1",
    introspection_ssl_verify = true,
    client_auth = "client_secret_basic",
    client_id = "gateway",
    client_secret = "secret",
    introspection_accept = "application/json",
    timeout = 5000,
    keepalive_timeout = 60000,
    retries = 1,
    breaker_threshold = 0,
    breaker_timeout = 2,
  }
  for name, value in pairs(settings) do
    question[name] = value
  end
  return question
end

return scripted_http
