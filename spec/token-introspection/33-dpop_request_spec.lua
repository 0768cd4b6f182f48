local base64 = require("kong.plugins.token-introspection.base64")
local cjson = require("cjson.safe")
local ecdsa = require("kong.plugins.token-introspection.ecdsa")
local nonce = require("kong.plugins.token-introspection.dpop-nonce")
local prove = require("kong.plugins.token-introspection.prove-dpop")
local replay = require("kong.plugins.token-introspection.dpop-replay")
local request = require("kong.plugins.token-introspection.dpop-request")
local sha256 = require("kong.plugins.token-introspection.sha256").sha256
local sign = require("kong.plugins.token-introspection.sign")

-- RFC 7515 appendix A.3.1: a key whose private part is public.
local JWK = { kty = "EC", crv = "P-256", x = "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU", y = "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0" }
local PRIVATE = ('{"kty":"EC","crv":"P-256","x":"%s","y":"%s","d":"jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI"}'):format(JWK.x, JWK.y)
local THUMBPRINT = require("kong.plugins.token-introspection.jwk").readPublicJwk(JWK).thumbprint
local TOKEN = "an-access-token"

-- Nothing of what is tested here yields, so that standing in for nginx disturbs nobody. The time is the test's own.
local real_ngx, real_kong = _G.ngx, _G.kong
local now, variables, dictionaries, method

-- As nginx's shared dictionaries: what has expired counts no more, but takes its place until it is found among the two entries that were used least
-- lately; a full one evicts for `add` and refuses for `safe_add`.
local function dictionary(capacity)
  local self = { entries = {}, order = {}, evicted = 0 }
  local function has_expired(entry)
    return entry.expires ~= nil and entry.expires <= now
  end
  local function live(key)
    local entry = self.entries[key]
    return entry ~= nil and not has_expired(entry) and entry or nil
  end
  local function remove(key)
    self.entries[key] = nil
    for position, other in ipairs(self.order) do
      if other == key then return table.remove(self.order, position) end
    end
  end
  local function put(key, entry)
    remove(key)
    self.entries[key] = entry
    table.insert(self.order, key)
  end
  local function store(key, value, seconds, may_evict)
    if live(key) then
      return false, "exists", false
    end
    remove(key)
    for _ = 1, 2 do
      local oldest = self.order[1]
      if oldest == nil or not has_expired(self.entries[oldest]) then break end
      remove(oldest)
    end
    if #self.order >= capacity then
      if not may_evict then
        return false, "no memory"
      end
      self.evicted = self.evicted + 1
      remove(self.order[1])
    end
    put(key, { value = value, expires = seconds > 0 and now + seconds or nil })
    return true
  end
  function self.get(_, key)
    local entry = live(key)
    if entry == nil then return nil end
    put(key, entry)
    return entry.value, entry.flags
  end
  function self.add(_, key, value, seconds)
    return store(key, value, seconds, true)
  end
  function self.safe_add(_, key, value, seconds)
    return store(key, value, seconds, false)
  end
  function self.set(_, key, value, seconds, flags)
    put(key, { value = value, flags = flags, expires = (seconds or 0) > 0 and now + seconds or nil })
    return true
  end
  function self.flush_expired(_, most)
    local freed = {}
    for _, key in ipairs(self.order) do
      if #freed < most and has_expired(self.entries[key]) then freed[#freed + 1] = key end
    end
    for _, key in ipairs(freed) do remove(key) end
    return #freed
  end
  function self.get_keys()
    local keys = {}
    for key in pairs(self.entries) do
      if live(key) then keys[#keys + 1] = key end
    end
    return keys
  end
  function self.expire(_, key, seconds)
    local entry = live(key)
    if entry then entry.expires = now + seconds end
    return entry ~= nil
  end
  function self.flush()
    self.entries, self.order = {}, {}
  end
  return self
end

local function stand_in()
  now = 1700000000.25
  method = "GET"
  variables = {
    peer = "192.0.2.1",
    scheme = "https",
    http_host = "api.example.com",
    host = "api.example.com",
    request_uri = "/things/1?a=b",
  }
  dictionaries = { kong_db_cache = dictionary(1000), kong_locks = dictionary(1000), own = dictionary(1000), tiny = dictionary(3) }
  _G.ngx = setmetatable({
    var = variables,
    shared = dictionaries,
    now = function() return now end,
    req = { get_method = function() return method end },
  }, { __index = real_ngx })
  _G.kong = {
    client = { get_ip = function() return variables.peer end },
    ip = { is_trusted = function(address) return address:sub(1, 3) == "10." end },
    configuration = {},
  }
end

local function clean_up()
  _G.ngx, _G.kong = real_ngx, real_kong
end

local function proof(changes)
  local claims = { jti = "id-1", htm = "GET", htu = "https://api.example.com/things/1", iat = math.floor(now), ath = base64.encodeBase64url((sha256(TOKEN))) }
  for name, value in pairs(changes or {}) do
    claims[name] = value
  end
  local input = base64.encodeBase64url(cjson.encode({ typ = "dpop+jwt", alg = "ES256", jwk = JWK })) .. "." .. base64.encodeBase64url(cjson.encode(claims))
  local key = assert(sign.loadPrivateKey(PRIVATE))
  return input .. "." .. base64.encodeBase64url(ecdsa.ecdsaFromDer(assert(key.pkey:sign(input, "sha256")), 32))
end

describe("target of a DPoP request", function()
  before_each(stand_in)
  after_each(clean_up)

  local function target(headers)
    return request.requestTarget(headers or {})
  end

  it("is what the Host header and the request line say", function()
    assert.equal("https://api.example.com:443/things/1", (target()))
  end)

  it("has the port of the Host header, never that of the listener", function()
    variables.server_port = "8443"
    assert.equal("https://api.example.com:443/things/1", (target()))
    variables.http_host = "api.example.com:9443"
    assert.equal("https://api.example.com:9443/things/1", (target()))
  end)

  it("may be an IPv6 address", function()
    variables.http_host, variables.host = "[2001:DB8::1]:9443", "[2001:db8::1]"
    assert.equal("https://[2001:db8::1]:9443/things/1", (target()))
  end)

  it("is not what a stranger's X-Forwarded-* say", function()
    assert.equal(
      "https://api.example.com:443/things/1",
      (target({ ["x-forwarded-proto"] = "http", ["x-forwarded-host"] = "evil.example.com", ["x-forwarded-port"] = "1" }))
    )
  end)

  it("is what a trusted peer's X-Forwarded-* say, each by itself", function()
    variables.peer = "10.0.0.1"
    variables.scheme = "http"
    assert.equal("http://api.example.com:80/things/1", (target()))
    assert.equal("https://api.example.com:443/things/1", (target({ ["x-forwarded-proto"] = "https" })))
    assert.equal("http://public.example.com:80/things/1", (target({ ["x-forwarded-host"] = "public.example.com" })))
    assert.equal("http://public.example.com:81/things/1", (target({ ["x-forwarded-host"] = "public.example.com:81" })))
    assert.equal("http://api.example.com:82/things/1", (target({ ["x-forwarded-port"] = "82" })))
    assert.equal("http://a:82/things/1", (target({ ["x-forwarded-port"] = "82", ["x-forwarded-host"] = "a:81" })))
  end)

  it("is what the first proxy said, where several did", function()
    variables.peer = "10.0.0.1"
    assert.equal("https://a.example.com:443/things/1", (target({ ["x-forwarded-host"] = "a.example.com, b.example.com" })))
    assert.equal("https://a.example.com:443/things/1", (target({ ["x-forwarded-host"] = { "a.example.com", "b.example.com" } })))
    assert.equal("http://api.example.com:80/things/1", (target({ ["x-forwarded-proto"] = "http,https" })))
  end)

  -- A pattern that tries every end for every beginning would take longer than the test run.
  it("is read in a time that grows with its length", function()
    variables.peer = "10.0.0.1"
    local blanks = ("\t"):rep(200000)
    assert.is_nil((target({ ["x-forwarded-host"] = blanks .. "a" .. blanks .. "b,c" })))
    assert.equal("https://api.example.com:443/things/1", (target({ ["x-forwarded-host"] = blanks .. ",a" })))
    assert.equal("https://a:443/things/1", (target({ ["x-forwarded-host"] = blanks .. "a" .. blanks .. ",b" })))
  end)

  it("is the Host header's where a trusted peer sends empty headers", function()
    variables.peer = "10.0.0.1"
    assert.equal("https://api.example.com:443/things/1", (target({ ["x-forwarded-host"] = "", ["x-forwarded-proto"] = "", ["x-forwarded-port"] = "" })))
  end)

  it("is nobody's where PROXY protocol names a stranger", function()
    variables.peer, variables.proxy_protocol_addr = "10.0.0.1", "192.0.2.1"
    assert.equal("https://api.example.com:443/things/1", (target({ ["x-forwarded-host"] = "public.example.com" })))
  end)

  it("is none when host or port are missing or malformed", function()
    for _, host in ipairs({ "", "a:b", "user@a", "a b", ":80", "a:0", "a:65536", "[::1", "a/b" }) do
      variables.http_host, variables.host = host, host
      assert.is_nil((target()))
    end
    variables.http_host = nil
    assert.is_nil((target()))
    variables.http_host, variables.host, variables.peer = "a", "a", "10.0.0.1"
    assert.is_nil((target({ ["x-forwarded-port"] = "http" })))
    assert.is_nil((target({ ["x-forwarded-port"] = "0" })))
    assert.is_nil((target({ ["x-forwarded-host"] = "a@b" })))
  end)

  it("is none when it is no path, as OPTIONS * has, or no http", function()
    variables.request_uri = "*"
    assert.is_nil((target()))
    variables.request_uri, variables.peer = "/", "10.0.0.1"
    assert.is_nil((target({ ["x-forwarded-proto"] = "ws" })))
    assert.is_string((target({ ["x-forwarded-proto"] = "HTTP" })))
  end)

  it("is none when the request line names another host than the Host header", function()
    variables.host = "other.example.com"
    assert.is_nil((target()))
    variables.http_host, variables.host = "Api.Example.com.", "api.example.com"
    assert.is_string((target()))
  end)
end)

describe("use of a DPoP proof", function()
  before_each(stand_in)
  after_each(clean_up)

  local function use(changes, name, max_age)
    local settings = { dpop_dictionary = name or "own", dpop_max_age = max_age or 60, leeway = 0 }
    local used = { jti = changes.jti or "id", iat = changes.iat or math.floor(now) }
    return replay.useProof(settings, changes.thumbprint or THUMBPRINT, used, now)
  end

  local function begin()
    local lifetimes = {}
    for name in pairs(dictionaries) do
      lifetimes[name] = 60
    end
    replay.beginRemembering(lifetimes)
    now = now + 100
  end

  it("is good once", function()
    begin()
    assert.is_nil(use({}))
    assert.equal("invalid_dpop_proof", use({}).code)
    assert.equal("invalid_dpop_proof", use({ iat = math.floor(now) - 5 }).code)
  end)

  it("is another with another id or key", function()
    begin()
    assert.is_nil(use({}))
    assert.is_nil(use({ jti = "other" }))
    assert.is_nil(use({ thumbprint = ("A"):rep(43) }))
  end)

  it("takes little memory however long the id is", function()
    begin()
    local long = ("x"):rep(255)
    assert.is_nil(use({ jti = long .. "1" }))
    assert.is_nil(use({ jti = long .. "2" }))
    assert.equal("invalid_dpop_proof", use({ jti = long .. "1" }).code)
    local key = "token-introspection:dpop:jti:" .. base64.encodeBase64url((sha256(THUMBPRINT .. long .. "1")))
    assert.is_true((dictionaries.own:get(key)))
    assert.equal(72, #key)
    for length = 90, 100 do
      assert.is_nil(use({ jti = ("y"):rep(length) }))
      assert.equal("invalid_dpop_proof", use({ jti = ("y"):rep(length) }).code)
    end
  end)

  it("is remembered as long as the proof is good", function()
    begin()
    local issued_at = math.floor(now)
    for _, offset in ipairs({ -5, 0, 59 }) do
      local used = { jti = "offset " .. offset, iat = issued_at - offset }
      assert.is_nil(use(used))
      -- The last moment in which the proof still passes.
      local start = now
      now = used.iat + 60.999
      assert.equal("invalid_dpop_proof", use(used).code)
      now = start
    end
  end)

  it("is forgotten then", function()
    begin()
    use({ jti = "a" })
    local key = "token-introspection:dpop:jti:" .. THUMBPRINT .. "a"
    assert.is_true((dictionaries.own:get(key)))
    now = now + 62
    assert.is_nil((dictionaries.own:get(key)))
  end)

  it("is refused when it was issued before the dictionary began to remember", function()
    assert.equal("invalid_dpop_proof", use({ iat = math.floor(now) - 1 }).code)
    now = now + 2
    assert.is_nil(use({ jti = "younger" }))
  end)

  it("is refused when it was used before the dictionary was emptied", function()
    begin()
    local used = { jti = "a", iat = math.floor(now) }
    assert.is_nil(use(used, "kong_db_cache"))
    now = now + 3
    dictionaries.kong_db_cache.flush()
    assert.equal("invalid_dpop_proof", use(used, "kong_db_cache").code)
    now = now + 20
    assert.equal("invalid_dpop_proof", use(used, "kong_db_cache").code)
    assert.is_nil(use({ jti = "b" }, "kong_db_cache"))
  end)

  it("is refused when the dictionary is emptied while it is noted: it may have been in it, or be in it no more", function()
    begin()
    local emptied = dictionaries.kong_db_cache
    local add = emptied.add
    for _, before in ipairs({ true, false }) do
      emptied.add = function(...)
        if before then emptied.flush() end
        local added, why = add(...)
        if not before then emptied.flush() end
        return added, why
      end
      assert.equal("invalid_dpop_proof", use({ jti = tostring(before), iat = math.floor(now) - 3 }, "kong_db_cache").code)
      emptied.add = add
      begin()
    end
  end)

  it("is good in the very second in which the dictionary was emptied, unless it was used in it before", function()
    begin()
    now = math.floor(now) + 0.4
    local used = { jti = "used", iat = math.floor(now) }
    assert.is_nil(use(used, "kong_db_cache"))
    dictionaries.kong_db_cache.flush()
    now = now + 0.3
    replay.beginRemembering({ kong_db_cache = 60 })
    assert.is_nil(use({ jti = "fresh", iat = math.floor(now) }, "kong_db_cache"))
    for _ = 1, 60 do
      assert.equal("invalid_dpop_proof", use(used, "kong_db_cache").code)
      now = now + 1
    end
  end)

  it("is refused when it was dated ahead and used before the dictionary was emptied", function()
    begin()
    for offset = 0, 5 do
      local used = { jti = "ahead " .. offset, iat = math.floor(now) + offset }
      assert.is_nil(use(used, "kong_db_cache"))
      dictionaries.kong_db_cache.flush()
      for _ = 1, 30 do
        now = now + 2
        assert.equal("invalid_dpop_proof", use(used, "kong_db_cache").code)
      end
      now = now + 100
    end
  end)

  it("is remembered as long as any configuration takes it for good", function()
    begin()
    local used = { jti = "a", iat = math.floor(now) }
    assert.is_nil(use(used, "own", 1))
    now = now + 50
    assert.equal("invalid_dpop_proof", use(used).code)
  end)

  it("is good once, though proofs are good for longer while it is remembered", function()
    for _, name in ipairs({ "own", "kong_db_cache" }) do
      for _, offset in ipairs({ 0, 3 }) do
        replay.beginRemembering({ [name] = 4 })
        now = now + 200
        local used = { jti = name .. offset, iat = math.floor(now) + offset }
        assert.is_nil(use(used, name, 4))
        now = now + 1
        replay.beginRemembering({ [name] = 30 })
        for _ = 1, 33 do
          now = now + 1
          assert.equal("invalid_dpop_proof", use(used, name, 30).code)
        end
        -- Then proofs may be as old as the new configuration says.
        now = now + 60
        assert.is_nil(use({ jti = "later" .. offset, iat = math.floor(now) - 20 }, name, 30))
      end
    end
  end)

  it("is good once, also one dated ahead where the dictionary is emptied with the change", function()
    replay.beginRemembering({ kong_db_cache = 4 })
    now = now + 200
    local used = { jti = "ahead", iat = math.floor(now) + 3 }
    assert.is_nil(use(used, "kong_db_cache", 4))
    dictionaries.kong_db_cache.flush()
    replay.beginRemembering({ kong_db_cache = 30 })
    for _ = 1, 33 do
      now = now + 1
      assert.equal("invalid_dpop_proof", use(used, "kong_db_cache", 30).code)
    end
  end)

  it("is refused when it was used before proofs were remembered for longer", function()
    replay.beginRemembering({ own = 1 })
    now = now + 100
    local used = { jti = "a", iat = math.floor(now) }
    assert.is_nil(use(used, "own", 1))
    now = now + 5
    replay.beginRemembering({ own = 60 })
    assert.equal("invalid_dpop_proof", use(used).code)
    assert.is_nil(use({ jti = "younger" }))
    -- A shorter time does not make what follows a longer one.
    now = now + 100
    assert.is_nil(use({ jti = "b" }))
    replay.beginRemembering({ own = 60 })
    assert.is_nil(use({ jti = "c", iat = math.floor(now) - 50 }))
  end)

  it("is refused, as our trouble, when there is no memory for it", function()
    begin()
    assert.is_nil(use({ jti = "a" }, "tiny"))
    assert.is_nil(use({ jti = "b" }, "tiny"))
    assert.equal("unexpected", use({ jti = "c" }, "tiny").code)
    assert.equal("invalid_dpop_proof", use({ jti = "a" }, "tiny").code)
    assert.equal(0, dictionaries.tiny.evicted)
    now = now + 62
    assert.is_nil(use({ jti = "c" }, "tiny"))
  end)

  it("finds room where used ones have expired, also behind what never does", function()
    begin()
    dictionaries.tiny:set("another's", 1, 0)
    for round = 1, 20 do
      assert.is_nil(use({ jti = "round " .. round }, "tiny"))
      now = now + 70
    end
    assert.equal(1, (dictionaries.tiny:get("another's")))
  end)

  it("may push something else out of Kong's cache", function()
    dictionaries.kong_db_cache = dictionary(3)
    begin()
    dictionaries.kong_db_cache:add("1", 1, 0)
    dictionaries.kong_db_cache:add("2", 1, 0)
    assert.is_nil(use({}, "kong_db_cache"))
    assert.equal(1, dictionaries.kong_db_cache.evicted)
  end)

  it("is refused, as our trouble, when the dictionary does not exist", function()
    assert.equal("unexpected", use({}, "missing").code)
    dictionaries.kong_locks = nil
    assert.equal("unexpected", use({}, "kong_db_cache").code)
    replay.beginRemembering({ missing = 60 })
  end)
end)

describe("DPoP nonces", function()
  before_each(stand_in)
  after_each(clean_up)

  it("change with time, and the one before stays good", function()
    local first = nonce.currentNonces("own", now)
    assert.same(first, nonce.currentNonces("own", now + 1))
    local second = nonce.currentNonces("own", now + 60)
    assert.not_equal(first[1], second[1])
    assert.equal(first[1], second[2])
    assert.not_equal(first[1], nonce.currentNonces("own", now + 120)[2])
  end)

  it("are made of the characters that RFC 9449 section 8.1 allows", function()
    for _, value in ipairs(nonce.currentNonces("own", now)) do
      assert.matches("^[%w_-]+$", value)
      assert.equal(43, #value)
    end
  end)

  it("are the same for all workers, which share the secret", function()
    local first = nonce.currentNonces("own", now)
    package.loaded["kong.plugins.token-introspection.dpop-nonce"] = nil
    local other_worker = require("kong.plugins.token-introspection.dpop-nonce")
    assert.not_equal(nonce, other_worker)
    assert.same(first, other_worker.currentNonces("own", now))
  end)

  it("are others when the secret is lost", function()
    local first = nonce.currentNonces("own", now)
    dictionaries.own.flush()
    assert.not_equal(first[1], nonce.currentNonces("own", now)[1])
  end)

  it("are none when the dictionary is missing or full", function()
    assert.is_nil(nonce.currentNonces("missing", now))
    dictionaries.tiny:safe_add("1", 1, 0)
    dictionaries.tiny:safe_add("2", 1, 0)
    dictionaries.tiny:safe_add("3", 1, 0)
    assert.is_nil(nonce.currentNonces("tiny", now))
  end)
end)

describe("DPoP", function()
  before_each(function()
    stand_in()
    replay.beginRemembering({ own = 60 })
    now = now + 100
  end)
  after_each(clean_up)

  local function run(header, settings, headers)
    headers = headers or {}
    headers.dpop = header
    local fresh
    local refusal = prove.proveDpop(
      headers,
      (base64.encodeBase64url(sha256(TOKEN))),
      THUMBPRINT,
      { dpop_max_age = 60, dpop_nonce = settings and settings.dpop_nonce or false, dpop_dictionary = settings and settings.dpop_dictionary or "own", leeway = 0 },
      function(renewed)
        fresh = renewed
      end
    )
    return refusal, fresh
  end

  it("is proved once by each proof", function()
    local header = proof()
    assert.same({}, { run(header) })
    assert.equal("invalid_dpop_proof", run(header).code)
    assert.same({}, { run(proof({ jti = "id-2" })) })
  end)

  it("is proved behind a trusted proxy by a proof for the proxy's address", function()
    variables.peer, variables.scheme, variables.http_host, variables.host = "10.0.0.1", "http", "kong:8000", "kong"
    local headers = { ["x-forwarded-proto"] = "https", ["x-forwarded-host"] = "api.example.com", ["x-forwarded-port"] = "443" }
    assert.same({}, { run(proof(), nil, headers) })
    assert.equal("invalid_dpop_proof", run(proof({ jti = "id-2" })).code)
  end)

  it("is not proved for another method, path or host", function()
    method = "POST"
    assert.equal("invalid_dpop_proof", run(proof()).code)
    method = "GET"
    variables.request_uri = "/things/2"
    assert.equal("invalid_dpop_proof", run(proof()).code)
    variables.request_uri, variables.http_host, variables.host = "/things/1", "other.example.com", "other.example.com"
    assert.equal("invalid_dpop_proof", run(proof()).code)
    variables.http_host, variables.host = nil, "kong"
    assert.equal("invalid_dpop_proof", run(proof()).code)
  end)

  it("does not use up a proof that is refused", function()
    method = "POST"
    assert.equal("invalid_dpop_proof", run(proof()).code)
    method = "GET"
    assert.same({}, { run(proof()) })
  end)

  it("with nonces tells the one to use, then takes it (section 8)", function()
    local refusal = run(proof(), { dpop_nonce = true })
    assert.equal("use_dpop_nonce", refusal.code)
    assert.equal(43, #refusal.nonce)
    -- The refused proof was not used up: only its nonce was missing.
    assert.same({}, { run(proof({ nonce = refusal.nonce }), { dpop_nonce = true }) })
    assert.equal("invalid_dpop_proof", run(proof({ nonce = refusal.nonce }), { dpop_nonce = true }).code)
  end)

  it("with nonces tells a fresh one with the answer when the old one is about to go (section 8.2)", function()
    local old = run(proof(), { dpop_nonce = true }).nonce
    now = now + 60
    local refusal, fresh = run(proof({ nonce = old }), { dpop_nonce = true })
    assert.is_nil(refusal)
    assert.is_string(fresh)
    assert.not_equal(old, fresh)
    assert.same({}, { run(proof({ jti = "id-2", nonce = fresh }), { dpop_nonce = true }) })
    now = now + 60
    assert.equal("use_dpop_nonce", run(proof({ jti = "id-3", nonce = old }), { dpop_nonce = true }).code)
  end)

  it("with nonces tells it with every refusal of a proof", function()
    assert.is_string(run(nil, { dpop_nonce = true }).nonce)
    assert.is_nil(run(nil).nonce)
  end)

  it("is our trouble when the dictionary does not exist", function()
    assert.equal("unexpected", run(proof(), { dpop_dictionary = "missing" }).code)
    assert.equal("unexpected", run(proof(), { dpop_dictionary = "missing", dpop_nonce = true }).code)
  end)
end)
