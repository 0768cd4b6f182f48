local authorization = require("kong.plugins.token-introspection.authorization")
local claims_of = require("kong.plugins.token-introspection.claims").decodeJson

local function refused(claims, settings)
  return authorization.refuseByClaims(claims_of(claims), authorization.rulesOf(settings))
end

local function code(claims, settings)
  local refusal = refused(claims, settings)
  return refusal and refusal.code
end

local cases = {
  { "no rule: allowed", "{}", {} },

  -- token_type
  { "token_type absent is an access token", '{"sub":"a"}', {} },
  { "token_type Bearer", '{"token_type":"Bearer"}', {} },
  { "token_type bearer in any case", '{"token_type":"bEARER"}', {} },
  { "token_type DPoP in any case", '{"token_type":"dpop"}', {} },
  { "token_type access_token, as Ory Hydra says", '{"token_type":"access_token"}', {} },
  { "typ at+jwt, as a JWT access token calls itself (RFC 9068 section 2.1)", '{"typ":"at+jwt"}', {} },
  { "typ JWT says nothing of an access token", '{"typ":"JWT"}', {}, "invalid_token" },
  { "token_type null is absent", '{"token_type":null}', {} },
  { "Keycloak's typ Bearer", '{"typ":"Bearer"}', {} },
  { "Keycloak's typ ID is no access token", '{"typ":"ID"}', {}, "invalid_token" },
  { "Keycloak's typ Refresh is no access token", '{"typ":"Refresh"}', {}, "invalid_token" },
  { "token_type refresh_token is no access token", '{"token_type":"refresh_token"}', {}, "invalid_token" },
  { "token_type counts before typ", '{"token_type":"ID","typ":"Bearer"}', {}, "invalid_token" },
  { "token_type null: typ counts", '{"token_type":null,"typ":"ID"}', {}, "invalid_token" },
  { "token_type of another type", '{"token_type":5}', {}, "invalid_token" },
  { "token_type that only begins with Bearer", '{"token_type":"Bearer x"}', {}, "invalid_token" },
  { "token_type empty", '{"token_type":""}', {}, "invalid_token" },
  { "token_type as an array", '{"token_type":["Bearer"]}', {}, "invalid_token" },

  { "token_use access_token, as Ory Hydra says", '{"token_use":"access_token"}', {} },
  { "token_use access, as Amazon Cognito says", '{"token_use":"access","token_type":"Bearer"}', {} },
  { "token_use null is absent", '{"token_use":null}', {} },
  { "token_use refresh_token is no access token", '{"token_use":"refresh_token"}', {}, "invalid_token" },
  { "token_use id is no access token, whatever token_type says", '{"token_use":"id","token_type":"Bearer"}', {}, "invalid_token" },
  { "token_use of another type", '{"token_use":["access_token"]}', {}, "invalid_token" },

  -- iss
  { "issuer: iss equal", '{"iss":"https://a"}', { issuer = "https://a" } },
  { "issuer: iss absent", "{}", { issuer = "https://a" } },
  { "issuer: iss null is absent", '{"iss":null}', { issuer = "https://a" } },
  { "issuer: iss another", '{"iss":"https://b"}', { issuer = "https://a" }, "invalid_token" },
  { "issuer: compared byte for byte", '{"iss":"https://a/"}', { issuer = "https://a" }, "invalid_token" },
  { "issuer: iss an array that holds it", '{"iss":["https://a"]}', { issuer = "https://a" }, "invalid_token" },
  { "issuer: iss a boolean", '{"iss":true}', { issuer = "https://a" }, "invalid_token" },
  { "issuers_allowed: one of them", '{"iss":"https://b"}', { issuers_allowed = { "https://a", "https://b" } } },
  { "issuers_allowed: none of them", '{"iss":"https://c"}', { issuers_allowed = { "https://a" } }, "invalid_token" },
  { "issuers_allowed: iss absent", "{}", { issuers_allowed = { "https://a" } }, "invalid_token" },
  { "issuers_allowed: iss null", '{"iss":null}', { issuers_allowed = { "https://a" } }, "invalid_token" },
  { "issuers_allowed: an array counts for nothing", '{"iss":["https://a"]}', { issuers_allowed = { "https://a" } }, "invalid_token" },
  { "issuers_allowed: a boolean counts for nothing", '{"iss":true}', { issuers_allowed = { "true" } }, "invalid_token" },
  { "issuers_allowed and issuer: both count", '{"iss":"https://b"}', { issuer = "https://a", issuers_allowed = { "https://b" } }, "invalid_token" },

  -- aud (S5: a string or a list)
  { "audience: aud a string", '{"aud":"api"}', { audience = { "other", "api" } } },
  { "audience: aud a list", '{"aud":["account","api"]}', { audience = { "api" } } },
  { "audience: aud a number", '{"aud":5}', { audience = { "5" } } },
  { "audience: aud another", '{"aud":"account"}', { audience = { "api" } }, "invalid_token" },
  { "audience: aud absent", "{}", { audience = { "api" } }, "invalid_token" },
  { "audience: aud null", '{"aud":null}', { audience = { "api" } }, "invalid_token" },
  { "audience: aud empty", '{"aud":[]}', { audience = { "api" } }, "invalid_token" },
  { "audience: a list with null and objects in it", '{"aud":[null,{"api":1},["api"]]}', { audience = { "api" } }, "invalid_token" },
  { "audience: aud is no list of words", '{"aud":"account api"}', { audience = { "api" } }, "invalid_token" },
  { "audience: aud an object", '{"aud":{"api":"api"}}', { audience = { "api" } }, "invalid_token" },

  -- scope
  { "scope: all there, in any order", '{"scope":"c a b"}', { scope = { "a", "b" } } },
  { "scope: an entry holds several", '{"scope":"a b"}', { scope = { "a b" } } },
  { "scope: several spaces between", '{"scope":" a  b "}', { scope = { "b", "a" } } },
  { "scope: as an array, as some servers send it", '{"scope":["a","b"]}', { scope = { "a", "b" } } },
  { "scope: an empty list asks for nothing", "{}", { scope = {} } },
  { "scope: one missing", '{"scope":"a"}', { scope = { "a", "b" } }, "insufficient_scope" },
  { "scope: only part of a name", '{"scope":"ab"}', { scope = { "a" } }, "insufficient_scope" },
  { "scope: in another case", '{"scope":"A"}', { scope = { "a" } }, "insufficient_scope" },
  { "scope: absent", "{}", { scope = { "a" } }, "insufficient_scope" },
  { "scope: null", '{"scope":null}', { scope = { "a" } }, "insufficient_scope" },
  { "scope: empty", '{"scope":""}', { scope = { "a" } }, "insufficient_scope" },
  { "scope: an object", '{"scope":{"a":true}}', { scope = { "a" } }, "insufficient_scope" },
  { "scope: commas separate nothing", '{"scope":"a,b"}', { scope = { "a" } }, "insufficient_scope" },
  { "scope: a tab separates nothing (RFC 6749 section 3.3)", '{"scope":"a\\tb"}', { scope = { "a" } }, "insufficient_scope" },
  { "scope_any: one of them", '{"scope":"b"}', { scope_any = { "a", "b" } } },
  { "scope_any: an entry's scopes count as all", '{"scope":"b c"}', { scope_any = { "a", "b c" } } },
  { "scope_any: part of an entry", '{"scope":"b"}', { scope_any = { "a", "b c" } }, "insufficient_scope" },
  { "scope_any: none", '{"scope":"d"}', { scope_any = { "a", "b c" } }, "insufficient_scope" },
  { "scope and scope_any: both count", '{"scope":"a"}', { scope = { "a" }, scope_any = { "b" } }, "insufficient_scope" },
  { "scope and scope_any: both there", '{"scope":"a b"}', { scope = { "a" }, scope_any = { "b" } } },

  -- client
  { "client_ids_allowed: client_id", '{"client_id":"app"}', { client_ids_allowed = { "app" } } },
  { "client_ids_allowed: Keycloak's clientId", '{"clientId":"app"}', { client_ids_allowed = { "app" } } },
  { "client_ids_allowed: a number", '{"client_id":12345678901}', { client_ids_allowed = { "12345678901" } } },
  { "client_ids_allowed: client_id counts before clientId", '{"client_id":"x","clientId":"app"}', { client_ids_allowed = { "app" } }, "insufficient_scope" },
  { "client_ids_allowed: another", '{"client_id":"x"}', { client_ids_allowed = { "app" } }, "insufficient_scope" },
  { "client_ids_allowed: absent", "{}", { client_ids_allowed = { "app" } }, "insufficient_scope" },
  { "client_ids_allowed: a boolean names nobody", '{"client_id":true}', { client_ids_allowed = { "true" } }, "insufficient_scope" },
  { "client_ids_allowed: clientId counts only where there is no client_id", '{"client_id":["x"],"clientId":"app"}', { client_ids_allowed = { "app" } }, "insufficient_scope" },
  { "client_ids_allowed: an array names nobody", '{"client_id":["app"]}', { client_ids_allowed = { "app" } }, "insufficient_scope" },

  -- claims
  { "claims_required: Keycloak's roles", '{"realm_access":{"roles":["user","admin"]}}', { claims_required = { ["realm_access.roles"] = { "admin" } } } },
  { "claims_required: a client name with dots", '{"resource_access":{"my.app":{"roles":["x"]}}}', { claims_required = { ["resource_access.my.app.roles"] = { "x" } } } },
  { "claims_required: a name that is a URL", '{"https://api.example/roles":"x"}', { claims_required = { ["https://api.example/roles"] = { "x" } } } },
  { "claims_required: none of the values", '{"realm_access":{"roles":["user"]}}', { claims_required = { ["realm_access.roles"] = { "admin" } } }, "insufficient_scope" },
  { "claims_required: absent", "{}", { claims_required = { sub = { "a" } } }, "insufficient_scope" },
  { "claims_required: must be there", "{}", { claims_required = { sub = {} } }, "insufficient_scope" },
  { "claims_required: null is absent", '{"sub":null}', { claims_required = { sub = {} } }, "insufficient_scope" },
  { "claims_required: is there, whatever it is", '{"sub":false}', { claims_required = { sub = {} } } },
  { "claims_required: 0 is there", '{"sub":0}', { claims_required = { sub = {} } } },
  { "claims_required: an empty text is there", '{"sub":""}', { claims_required = { sub = {} } } },
  { "claims_required: an object is there", '{"sub":{}}', { claims_required = { sub = {} } } },
  { "claims_required: true compares as text", '{"email_verified":true}', { claims_required = { email_verified = { "true" } } } },
  { "claims_required: false is not true", '{"email_verified":false}', { claims_required = { email_verified = { "true" } } }, "insufficient_scope" },
  { "claims_required: full digits", '{"tenant":1e15}', { claims_required = { tenant = { "1000000000000000" } } } },
  { "claims_required: 2^53", '{"tenant":9007199254740992}', { claims_required = { tenant = { "9007199254740992" } } } },
  { "claims_required: an array element that is a number", '{"tenants":[1,2.5]}', { claims_required = { tenants = { "2.5" } } } },
  { "claims_required: each claim must pass", '{"a":"1","b":"2"}', { claims_required = { a = { "1" }, b = { "3" } } }, "insufficient_scope" },
  { "claims_required: all pass", '{"a":"1","b":"2"}', { claims_required = { a = { "1" }, b = { "2", "3" } } } },
  { "claims_required: null among an array's elements matches nothing", '{"a":[null]}', { claims_required = { a = { "null", "", "userdata: NULL" } } }, "insufficient_scope" },

  -- step-up
  { "acr_values: one of them", '{"acr":"gold"}', { acr_values = { "silver", "gold" } } },
  { "acr_values: a number", '{"acr":1}', { acr_values = { "1" } } },
  { "acr_values: another", '{"acr":"bronze"}', { acr_values = { "gold" } }, "insufficient_user_authentication" },
  { "acr_values: absent", "{}", { acr_values = { "gold" } }, "insufficient_user_authentication" },
  { "acr_values: an array counts by its elements (design section 4)", '{"acr":["silver","gold"]}', { acr_values = { "gold" } } },
  { "acr_values: none of an array's elements", '{"acr":["silver"]}', { acr_values = { "gold" } }, "insufficient_user_authentication" },
}

describe("rules (design section 4)", function()
  for _, case in ipairs(cases) do
    it(case[1], function()
      assert.equal(case[4], code(case[2], case[3]))
    end)
  end

  it("name in the challenge what was asked for: scope", function()
    assert.equal("a b c", refused('{"scope":"a"}', { scope = { "a b", "c" } }).scope)
  end)

  it("name in the challenge what was asked for: scope_any, each once", function()
    assert.equal("a b c", refused("{}", { scope_any = { "a b", "b c" } }).scope)
  end)

  it("name in the challenge all that a client must ask for (RFC 6750 section 3.1)", function()
    assert.equal("base a b", refused('{"scope":"base"}', { scope = { "base" }, scope_any = { "a", "b base" } }).scope)
  end)

  it("name no scope where a claim or a client was not as required", function()
    assert.is_nil(refused("{}", { claims_required = { sub = {} } }).scope)
    assert.is_nil(refused("{}", { client_ids_allowed = { "app" } }).scope)
  end)

  it("say in the log which setting it was, and nothing that the token holds (S11)", function()
    for setting, claims in pairs({
      audience = '{"aud":"SECRET"}', issuers_allowed = '{"iss":"SECRET"}', client_ids_allowed = '{"client_id":"SECRET"}', scope = '{"scope":"SECRET"}',
      scope_any = '{"scope":"SECRET"}', acr_values = '{"acr":"SECRET"}',
    }) do
      local cause = refused(claims, { [setting] = { "wanted" } }).cause
      assert.is_truthy(cause:find(setting, 1, true))
      assert.is_nil(cause:find("SECRET", 1, true))
    end
    assert.is_truthy(refused("{}", { claims_required = { ["a.b"] = {} } }).cause:find("a.b", 1, true))
  end)
end)

describe("the times of a token (S10, design section 4)", function()
  local function at(claims, now, leeway)
    local refusal = authorization.refuseByTime(authorization.validityOf(claims_of(claims)), now, leeway or 0)
    return refusal and refusal.code
  end

  it("exp: valid before it, not at it (RFC 7519 section 4.1.4)", function()
    assert.is_nil(at('{"exp":100}', 99.999))
    assert.equal("invalid_token", at('{"exp":100}', 100))
    assert.equal("invalid_token", at('{"exp":100}', 101))
  end)

  it("exp: leeway", function()
    assert.is_nil(at('{"exp":100}', 104.9, 5))
    assert.equal("invalid_token", at('{"exp":100}', 105, 5))
  end)

  it("nbf: valid at it, not before it (RFC 7519 section 4.1.5)", function()
    assert.equal("invalid_token", at('{"nbf":100}', 99.999))
    assert.is_nil(at('{"nbf":100}', 100))
  end)

  it("nbf: leeway", function()
    assert.is_nil(at('{"nbf":100}', 95, 5))
    assert.equal("invalid_token", at('{"nbf":100}', 94.9, 5))
  end)

  it("absent or null: always valid", function()
    assert.is_nil(at("{}", 1e12))
    assert.is_nil(at('{"exp":null,"nbf":null}', 0))
  end)

  it("0 and negative numbers are times", function()
    assert.equal("invalid_token", at('{"exp":0}', 1))
    assert.equal("invalid_token", at('{"exp":-1}', 1))
    assert.is_nil(at('{"nbf":0}', 1))
  end)

  it("that are no numbers are refused, whatever they are", function()
    for _, wrong in ipairs({ '"2000000000"', "true", "false", "[]", "[2000000000]", "{}", '""' }) do
      assert.equal("invalid_token", at('{"exp":' .. wrong .. "}", 1), wrong)
      assert.equal("invalid_token", at('{"nbf":' .. wrong .. "}", 1e12), wrong)
    end
  end)
end)

describe("the scopes that a challenge names (RFC 6750 section 3)", function()
  it("stand there once", function()
    local refusal = authorization.refuseByClaims(claims_of("{}"), authorization.rulesOf({ scope = { "a", "a b", "b" } }))
    assert.equal("a b", refusal.scope)
  end)
end)

describe("max_age (RFC 9470 section 3)", function()
  local function at(claims, max_age, now, leeway)
    local refusal = authorization.refuseByAge(authorization.authenticationTimeOf(claims_of(claims)), max_age, now, leeway or 0)
    return refusal and refusal.code
  end

  it("auth_time is recent enough", function()
    assert.is_nil(at('{"auth_time":100}', 60, 160))
    -- auth_time counts whole seconds.
    assert.is_nil(at('{"auth_time":100}', 60, 160.9))
    assert.equal("insufficient_user_authentication", at('{"auth_time":100}', 60, 161))
    assert.is_nil(at('{"auth_time":100}', 60, 165, 5))
  end)

  it("0 asks for an authentication now", function()
    assert.is_nil(at('{"auth_time":100}', 0, 100))
    assert.equal("insufficient_user_authentication", at('{"auth_time":100}', 0, 101))
  end)

  it("auth_time absent or no number: nobody knows", function()
    for _, claims in ipairs({ "{}", '{"auth_time":1e999}', '{"auth_time":null}', '{"auth_time":"100"}', '{"auth_time":[100]}', '{"auth_time":true}' }) do
      assert.equal("insufficient_user_authentication", at(claims, 60, 100), claims)
    end
  end)
end)
