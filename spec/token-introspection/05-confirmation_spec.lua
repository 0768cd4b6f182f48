local confirmation = require("kong.plugins.token-introspection.confirmation")
local decode = require("kong.plugins.token-introspection.claims").decodeJson

local THUMBPRINT = "A4DtL2JmUMhAsvJj5tKyn64SqzmuXbMrJa0n761y5v0"
local JKT = "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I"

describe("cnf (RFC 7800 section 3.1)", function()
  local function read(cnf)
    local bound, refusal = confirmation.confirmationOf(decode('{"cnf":' .. cnf .. "}"))
    return bound and { bound.thumbprint or false, bound.jkt or false }, refusal and refusal.code
  end

  it("names a certificate, a key, both or nothing", function()
    assert.same({ THUMBPRINT, false }, (read('{"x5t#S256":"' .. THUMBPRINT .. '"}')))
    assert.same({ false, JKT }, (read('{"jkt":"' .. JKT .. '"}')))
    assert.same({ THUMBPRINT, JKT }, (read('{"x5t#S256":"' .. THUMBPRINT .. '","jkt":"' .. JKT .. '"}')))
    assert.same({ false, false }, (read("{}")))
    assert.same({ false, false }, (read("null")))
  end)

  it("absent: not bound", function()
    local bound = confirmation.confirmationOf(decode('{"x5t#S256":"' .. THUMBPRINT .. '","jkt":"' .. JKT .. '"}'))
    assert.is_nil(bound.thumbprint)
    assert.is_nil(bound.jkt)
  end)

  it("members that nobody knows are passed over: Keycloak's kc-jkt-type beside jkt (S18)", function()
    assert.same({ false, JKT }, (read('{"jkt":"' .. JKT .. '","kc-jkt-type":"dpop"}')))
    assert.same({ THUMBPRINT, false }, (read('{"x5t#S256":"' .. THUMBPRINT .. '","jwk":{"kty":"EC"},"kid":5}')))
    assert.same({ false, false }, (read('{"kid":"a"}')))
  end)

  it("null members are absent", function()
    assert.same({ THUMBPRINT, false }, (read('{"x5t#S256":"' .. THUMBPRINT .. '","jkt":null}')))
    assert.same({ false, false }, (read('{"x5t#S256":null}')))
  end)

  it("malformed: nobody can say whose token it is", function()
    for _, cnf in ipairs({
      '"text"', "5", "true", "false", "[]", '["x5t#S256"]', '{"x5t#S256":""}', '{"x5t#S256":5}', '{"x5t#S256":[]}', '{"x5t#S256":{}}', '{"x5t#S256":true}', '{"jkt":""}',
      '{"jkt":false}', '{"jkt":["' .. JKT .. '"]}', '{"x5t#S256":"' .. THUMBPRINT .. '","jkt":5}', '{"x5t#S256":5,"jkt":"' .. JKT .. '"}',
    }) do
      local bound, code = read(cnf)
      assert.is_nil(bound, cnf)
      assert.equal("invalid_token", code)
    end
  end)
end)

-- Every combination of the settings, of what the token is bound to, of its type and of the scheme it came under, held against the rules as
-- the design states them.
describe("binding, in all combinations (design section 4, S18, RFC 8705 section 3, RFC 9449 section 7)", function()
  local CNF = {
    none = "null", empty = "{}", unknown = '{"kid":"a"}', certificate = '{"x5t#S256":"' .. THUMBPRINT .. '"}', key = '{"jkt":"' .. JKT .. '"}',
    both = '{"x5t#S256":"' .. THUMBPRINT .. '","jkt":"' .. JKT .. '"}',
  }
  local TYPES = { absent = "null", bearer = '"Bearer"', dpop = '"DPoP"', dpop_lower = '"dpop"' }

  local function expected(binding, dpop, cnf, token_type, dpop_scheme)
    local certificate = cnf == "certificate" or cnf == "both"
    local key = cnf == "key" or cnf == "both"
    if binding == "required" and not certificate then return "invalid_token" end
    if dpop == "required" and not key then return "invalid_token" end
    if dpop == "off" and key then return "invalid_token" end
    -- A token called DPoP without any cnf that says whose it is.
    if (token_type == "dpop" or token_type == "dpop_lower") and not certificate and not key then return "invalid_token" end
    -- A DPoP-bound token sent as Bearer (RFC 9449 section 7.2), or any other sent under DPoP.
    if key ~= dpop_scheme then return "invalid_token" end
    return nil
  end

  local combinations = 0
  for _, binding in ipairs({ "off", "when_bound", "required" }) do
    for _, dpop in ipairs({ "off", "when_bound", "required" }) do
      it("certificate_binding " .. binding .. ", dpop " .. dpop, function()
        for cnf, text in pairs(CNF) do
          for token_type, type_text in pairs(TYPES) do
            for _, dpop_scheme in ipairs({ false, true }) do
              local claims = decode('{"cnf":' .. text .. ',"token_type":' .. type_text .. "}")
              local bound = confirmation.confirmationOf(claims)
              local refusal = confirmation.refuseBinding(claims, bound, { certificate_binding = binding, dpop = dpop })
                or confirmation.refuseScheme(bound, dpop_scheme)
              local name = table.concat({ cnf, token_type, tostring(dpop_scheme) }, ", ")
              assert.equal(expected(binding, dpop, cnf, token_type, dpop_scheme), refusal and refusal.code, name)
              combinations = combinations + 1
            end
          end
        end
      end)
    end
  end

  it("were all tried", function()
    assert.equal(3 * 3 * 6 * 4 * 2, combinations)
  end)

  it("Keycloak says DPoP beside x5t#S256: the certificate must be proved, under the scheme Bearer", function()
    local claims = decode('{"token_type":"DPoP","cnf":{"x5t#S256":"' .. THUMBPRINT .. '"}}')
    local bound = confirmation.confirmationOf(claims)
    assert.is_nil(confirmation.refuseBinding(claims, bound, { certificate_binding = "when_bound", dpop = "when_bound" }))
    assert.is_nil(confirmation.refuseScheme(bound, false))
  end)

  it("typ DPoP is read where token_type is absent", function()
    local claims = decode('{"typ":"DPoP"}')
    assert.equal("invalid_token", confirmation.refuseBinding(claims, confirmation.confirmationOf(claims), { certificate_binding = "off", dpop = "off" }).code)
  end)

  it("refusals for the scheme are challenges that speak DPoP (S26)", function()
    assert.is_true(confirmation.refuseScheme({ jkt = JKT }, false).dpop)
    assert.is_true(confirmation.refuseScheme({}, true).dpop)
  end)
end)
