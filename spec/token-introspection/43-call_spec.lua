local scripted_http = require("spec.token-introspection.scripted_http")

local keys = require("spec.token-introspection.keys")

local ENDPOINT = "http://as.example/introspect"

local introspection, breaker, in_flight

-- Busted alone has no PDK; under Kong there is one.
if rawget(_G, "kong") == nil then
  rawset(_G, "kong", { log = { warn = function() end, notice = function() end } })
end

local function ask(settings, script, budget)
  scripted_http.script(script)
  settings.introspection_endpoint = settings.introspection_endpoint or ENDPOINT
  return introspection.introspectWithin(scripted_http.question(settings), "token", ngx.now() + (budget or 5))
end

local function count(what)
  local times = 0
  for _, entry in ipairs(scripted_http.log) do
    if entry == what then
      times = times + 1
    end
  end
  return times
end

describe("a call", function()
  setup(function()
    introspection = scripted_http.load("kong.plugins.token-introspection.introspection")
    breaker = require("kong.plugins.token-introspection.breaker")
    in_flight = require("kong.plugins.token-introspection.in-flight")
  end)

  it("posts a form and keeps the connection (S1)", function()
    local seen
    local answer = ask({ introspection_args = { a = "1 2" }, introspection_headers = { ["X-A"] = "b" } }, {
      ["/introspect"] = function(request)
        seen = request
        return { status = 200, body = '{"active":true}' }
      end,
    })
    assert.equal("active", answer.kind)
    assert.same({ address = "as.example", port = 80, status = 200 }, answer.asked)
    assert.equal("POST", seen.method)
    assert.equal("a=1+2&token=token", seen.body)
    assert.equal("application/x-www-form-urlencoded", seen.headers["Content-Type"])
    assert.equal("application/json", seen.headers.Accept)
    assert.equal("b", seen.headers["X-A"])
    assert.equal(1, count("keep"))
  end)

  it("keeps no connection where keepalive_timeout is 0", function()
    ask({ keepalive_timeout = 0 }, { ["/introspect"] = { status = 200, body = '{"active":true}' } })
    assert.equal(0, count("keep"))
    assert.equal(1, count("close"))
  end)

  it("is repeated only when no answer came, as often as retries says", function()
    for _, retries in ipairs({ 0, 1, 3 }) do
      local answer = ask({ retries = retries }, { ["/introspect"] = { failure = "closed" } })
      assert.equal("unavailable", answer.kind)
      assert.equal(retries + 1, count("POST /introspect"))
    end
    ask({ retries = 3 }, { connect = "connection refused" })
    assert.equal(4, count("connect"))
    assert.equal("unavailable", ask({ retries = 3 }, { ["/introspect"] = { status = 503 } }).kind)
    assert.equal(1, count("POST /introspect"))
    assert.equal("unavailable", ask({ retries = 3 }, { ["/introspect"] = { status = 200, headers = { ["Content-Length"] = "9" }, body = "{" } }).kind)
    assert.equal(1, count("POST /introspect"))
  end)

  it("leaves time for the other addresses of a name whose first one does not even refuse", function()
    local answer = ask({ retries = 1 }, { connect = { "timeout" }, ["/introspect"] = { status = 200, body = '{"active":true}' } }, 10)
    assert.equal("active", answer.kind)
    assert.equal(2, count("connect"))
    assert.is_true(scripted_http.timeouts[1] <= 5000)
    assert.is_true(scripted_http.timeouts[2] > 5000)
    assert.equal("unavailable", ask({ retries = 0 }, { connect = { "timeout" } }).kind)
    assert.equal(1, count("connect"))
  end)

  it("takes no retry for a kept connection that the server has closed, and then a new one, which it does not keep", function()
    local left = 1
    local answer = ask({ retries = 0 }, {
      reused = { 4, 0 },
      ["/introspect"] = function()
        left = left - 1
        return left >= 0 and { failure = "closed" } or { status = 200, body = '{"active":true}' }
      end,
    })
    assert.equal("active", answer.kind)
    assert.equal(2, count("connect"))
    assert.equal(2, #scripted_http.pools)
    assert.is_not.equal(scripted_http.pools[1], scripted_http.pools[2])
    assert.equal(0, count("keep"))
  end)

  it("is not repeated for ever where a server closes each connection", function()
    for _, retries in ipairs({ 0, 1, 3 }) do
      ask({ retries = retries }, { reused = { 9 }, ["/introspect"] = { failure = "closed" } })
      assert.equal(retries + 2, count("POST /introspect"))
    end
  end)

  it("makes a new assertion for each attempt: servers remember the last", function()
    local bodies = {}
    ask({ client_auth = "client_secret_jwt" }, {
      ["/introspect"] = function(request)
        table.insert(bodies, request.body)
        return { failure = "closed" }
      end,
    })
    assert.equal(2, #bodies)
    assert.is_not.equal(bodies[1], bodies[2])
  end)

  it("reads only what it needs: other statuses with a long body lose their connection", function()
    ask({}, { ["/introspect"] = { status = 404, headers = { ["Content-Length"] = "1000000" } } })
    assert.equal(0, count("keep"))
    ask({}, { ["/introspect"] = { status = 404, body = "no" } })
    assert.equal(1, count("keep"))
  end)

  it("keeps no connection to a server that fails: another one may have its name by now", function()
    ask({ retries = 0 }, { ["/introspect"] = { status = 503, body = "no" } })
    assert.equal(0, count("keep"))
    assert.equal(1, count("close"))
  end)

  it("says nothing to the breaker where this worker has no socket left", function()
    local settings = { retries = 1, breaker_threshold = 1, breaker_timeout = 100, way = "a way without sockets" }
    local answer = ask(settings, { connect = "too many open files" })
    assert.equal("unavailable", answer.kind)
    assert.matches("no socket", answer.cause)
    assert.equal(2, count("connect"))
    assert.equal("active", ask(settings, { ["/introspect"] = { status = 200, body = '{"active":true}' } }).kind)
  end)

  it("skips interim answers (RFC 9110 section 15.2)", function()
    local answers = { 100, 103, 200 }
    local answer = ask({}, {
      ["/introspect"] = function()
        return { status = table.remove(answers, 1), body = '{"active":true}' }
      end,
    })
    assert.equal("active", answer.kind)
  end)

  it("takes what is no HTTP for no answer, repeats nothing and shows nothing of it", function()
    local answer = ask({ retries = 3 }, { ["/introspect"] = { failure = "couldn't parse HTTP version from response status line: SSH-2.0" } })
    assert.equal("unavailable", answer.kind)
    assert.equal(1, count("connect"))
    assert.is_nil(answer.cause:find("SSH", 1, true))
  end)

  it("asks nobody when a reference to a vault was not resolved", function()
    local answer = ask({ client_secret = "" }, {})
    assert.equal("unexpected", answer.kind)
    assert.matches("client_secret", answer.cause)
    assert.equal(0, #scripted_http.log)
  end)

  it("is not made without the certificate where its other half is missing: the schema does not see behind a reference to a vault", function()
    for _, half in ipairs({ { client_certificate = keys.certificate }, { client_key = keys.key } }) do
      for _, method in ipairs({ "tls_client_auth", "client_secret_basic" }) do
        local answer = ask({ client_auth = method, client_certificate = half.client_certificate, client_key = half.client_key }, {})
        assert.equal("unexpected", answer.kind)
        assert.matches("client_certificate", answer.cause)
        assert.matches("client_key", answer.cause)
        assert.equal(0, #scripted_http.log)
      end
    end
  end)

  it("never raises: settings that came past the schema are unexpected", function()
    for _, settings in ipairs({
      { introspection_endpoint = "nonsense" },
      { client_auth = "tls_client_auth", client_certificate = "a", client_key = "b" },
      { client_auth = "private_key_jwt", client_jwk = "{}" },
      { client_auth = "client_secret_basic", client_secret = false },
    }) do
      assert.equal("unexpected", ask(settings, {}).kind)
    end
  end)

  it("is unexpected where a proxy refuses our credentials, and never repeated (RFC 9110 section 15.5.8)", function()
    local settings = { retries = 3, introspection_endpoint = "https://tunnelled.example/introspect", breaker_threshold = 2, breaker_timeout = 100 }
    for _ = 1, 4 do
      local answer = ask(settings, { connect = "failed to establish a tunnel through a proxy: 407" })
      assert.equal("unexpected", answer.kind)
      assert.matches("https_proxy", answer.cause)
      assert.equal(407, answer.asked.status)
      assert.equal(1, count("connect"))
    end
  end)

  it("names no address to a server whose certificate is not verified (RFC 6066 section 3)", function()
    local function name_for(host, verify)
      local seen = {}
      ask({ introspection_endpoint = "https://" .. host .. "/introspect", introspection_ssl_verify = verify }, {
        ["/introspect"] = function(_, options)
          seen.name = options.ssl_server_name
          return { status = 200, body = '{"active":true}' }
        end,
      })
      return seen.name
    end
    assert.is_nil(name_for("192.0.2.1", false))
    assert.is_nil(name_for("[2001:db8::1]:8443", false))
    assert.equal("as.example", name_for("as.example", false))
    assert.equal("as.example", name_for("as.example", true))
    -- What is verified is compared with this name.
    assert.equal("192.0.2.1", name_for("192.0.2.1", true))
  end)

  it("is ended at its deadline, and its place is free again", function()
    local answer = ask({ timeout = 20 }, {
      ["/introspect"] = function()
        ngx.sleep(10)
      end,
    }, 0.02)
    assert.equal("unavailable", answer.kind)
    assert.matches("within 20 ms", answer.cause)
    for _ = 1, 256 do
      assert.is_not_nil(in_flight.takePlace("http://as.example:80", ngx.now() - 10))
    end
  end)
end)

describe("a call whose time is over while it looks a name up or connects", function()
  local semaphores = require("ngx.semaphore")

  it("comes to its own end, for all other look-ups of that name in Kong wait for it, and sends no token", function()
    -- As the calls of requests, which are timers too: there it can.
    assert.equal("timer", ngx.get_phase())
    local gate, ended = semaphores.new(), semaphores.new()
    local answer = ask({ timeout = 20, retries = 3 }, {
      connect = function()
        gate:wait(10)
        ended:post(1)
      end,
    }, 0.02)
    assert.equal("unavailable", answer.kind)
    assert.matches("while connecting", answer.cause)
    -- It keeps its place: there must not be more of those than of others.
    local taken = {}
    local function take() return in_flight.takePlace("http://as.example:80", ngx.now() + 100) end
    for number = 1, 255 do taken[number] = assert(take()) end
    assert.is_nil(take())
    gate:post(1)
    assert.is_true(ended:wait(10))
    scripted_http.let_others_run()
    assert.same({ "connect", "close" }, scripted_http.log)
    taken[256] = assert(take())
    for _, place in ipairs(taken) do in_flight.givePlaceBack("http://as.example:80", place) end
  end)
end)

describe("the places in flight", function()
  it("are 256 for a server, and those of lost calls come back", function()
    local server = "https://busy.example:443"
    local place
    for _ = 1, 256 do
      place = in_flight.takePlace(server, ngx.now() + 100)
    end
    assert.is_nil(in_flight.takePlace(server, ngx.now() + 100))
    assert.is_not_nil(in_flight.takePlace("https://idle.example:443", ngx.now() + 100))
    in_flight.givePlaceBack(server, place)
    in_flight.givePlaceBack(server, place)
    assert.is_not_nil(in_flight.takePlace(server, ngx.now() - 10))
    assert.is_not_nil(in_flight.takePlace(server, ngx.now() + 100))
    assert.is_nil(in_flight.takePlace(server, ngx.now() + 100))
  end)
end)

describe("the circuit breaker", function()
  local settings = { breaker_threshold = 3, breaker_timeout = 100, way = "way" }
  local number = 0
  local server

  before_each(function()
    number = number + 1
    server = "https://breaker" .. number .. ".example:443"
  end)

  local function fail(times)
    for _ = 1, times do
      breaker.breakerFail(settings, server)
    end
  end

  it("opens after as many failures in a row as its threshold", function()
    fail(2)
    assert.is_nil(breaker.breakerRefuses(settings, server, 5))
    fail(1)
    assert.equal(100, breaker.breakerRefuses(settings, server, 5))
  end)

  it("counts in a row: an answer begins anew", function()
    fail(2)
    breaker.breakerClose(settings, server)
    fail(2)
    assert.is_nil(breaker.breakerRefuses(settings, server, 5))
  end)

  it("lets one probe through when its time is over, and closes on an answer", function()
    fail(3)
    ngx.shared.kong_db_cache:delete("token_introspection:breaker:open:" .. server .. ":way")
    assert.is_nil(breaker.breakerRefuses(settings, server, 5))
    assert.is_not_nil(breaker.breakerRefuses(settings, server, 5))
    breaker.breakerClose(settings, server)
    assert.is_nil(breaker.breakerRefuses(settings, server, 5))
    assert.is_nil(breaker.breakerRefuses(settings, server, 5))
  end)

  it("opens again when the probe fails", function()
    fail(3)
    ngx.shared.kong_db_cache:delete("token_introspection:breaker:open:" .. server .. ":way")
    assert.is_nil(breaker.breakerRefuses(settings, server, 5))
    fail(1)
    assert.equal(100, breaker.breakerRefuses(settings, server, 5))
  end)

  it("is off at threshold 0", function()
    fail(3)
    assert.is_nil(breaker.breakerRefuses({ breaker_threshold = 0, breaker_timeout = 1, way = "way" }, server, 5))
  end)

  it("counts a call with its retries once, and any HTTP answer closes it", function()
    local host = "called" .. ngx.now() .. ".example"
    local call = { introspection_endpoint = "http://" .. host .. "/introspect", breaker_threshold = 2, breaker_timeout = 100, retries = 5 }
    ask(call, { connect = "connection refused" })
    assert.equal(6, count("connect"))
    ask(call, { ["/introspect"] = { status = 500 } })
    ask(call, { connect = "connection refused" })
    assert.is_true(count("connect") > 0)
    ask(call, { connect = "connection refused" })
    local answer = ask(call, { ["/introspect"] = { status = 200, body = '{"active":true}' } })
    assert.equal("unavailable", answer.kind)
    assert.equal(100, answer.retryAfter)
    assert.equal(0, count("connect"))
  end)

  it("counts apart what reaches a server in another way: by another proxy, within another time", function()
    fail(3)
    assert.is_nil((breaker.breakerRefuses({ breaker_threshold = 3, breaker_timeout = 100, way = "another" }, server, 5)))
    breaker.breakerClose({ breaker_threshold = 3, breaker_timeout = 100, way = "another" }, server)
    assert.equal(100, (breaker.breakerRefuses(settings, server, 5)))
  end)

  -- A server whose breaker is half-open: the next call is the probe.
  local function half_open()
    local host = "half-open" .. number .. ".example"
    local call = { introspection_endpoint = "http://" .. host .. "/introspect", breaker_threshold = 1, breaker_timeout = 100, retries = 0 }
    ask(call, { connect = "connection refused" })
    ngx.shared.kong_db_cache:delete("token_introspection:breaker:open:http://" .. host .. ":80:way")
    return host, call
  end

  it("lets the probe go on: it discovers, and then introspects", function()
    local host = half_open()
    local metadata = '{"issuer":"http://' .. host .. '","introspection_endpoint":"http://' .. host .. '/introspect"}'
    scripted_http.script({
      ["/.well-known/oauth-authorization-server"] = { status = 200, body = metadata },
      ["/introspect"] = { status = 200, body = '{"active":true}' },
    })
    local question = scripted_http.question({ issuer = "http://" .. host, breaker_threshold = 1, breaker_timeout = 100 })
    assert.equal("active", introspection.introspectWithin(question, "token", ngx.now() + 5).kind)
  end)

  it("is given its probe back by a call that could not be made", function()
    local _, call = half_open()
    local good = { ["/introspect"] = { status = 200, body = '{"active":true}' } }
    call.client_auth, call.client_jwk = "private_key_jwt", "{}"
    assert.equal("unexpected", ask(call, good).kind)
    call.client_auth, call.client_jwk = "client_secret_basic", nil
    assert.equal("active", ask(call, good).kind)
  end)
end)
