local decision = require("kong.plugins.mtls-auth.decision")
local connection_memo = require("kong.plugins.mtls-auth.connection-memo")

local connections = 0

-- What is decided on a connection of its own, of which nginx says this. Nothing in it waits.
local function decide(variables)
  connections = connections + 1
  variables.connection = tostring(connections)
  local configuration = { headers = {}, names = {}, ownAuthorities = false, decisions = connection_memo.makeMemo(10) }
  local real = ngx.var
  ngx.var = variables
  local good, decided = pcall(decision.decide, configuration)
  ngx.var = real
  assert.is_true(good, decided)
  return decided
end

describe("a certificate that nginx verified in its handshake", function()
  it("passes until it expires, as nginx says", function()
    for text, seconds in pairs({
      ["Jan  1 00:00:00 2125 GMT"] = 4891363200,
      ["Nov 30 23:59:59 2126 GMT"] = 4951756799,
      ["Dec 31 23:59:59 9999 GMT"] = 253402300799,
    }) do
      local decided = decide({ ssl_client_verify = "SUCCESS", ssl_client_v_end = text })
      assert.is_nil(decided.refusal)
      assert.equal(seconds, decided["until"])
    end
  end)

  it("passes no more on an open connection or in a resumed session after it has expired", function()
    local variables = { ssl_client_verify = "SUCCESS", ssl_client_v_end = "Jan  1 00:00:00 2021 GMT", ssl_client_s_dn = "CN=old" }
    assert.equal("the certificate of CN=old has expired since nginx verified it", decide(variables).refusal)
  end)

  it("passes where nginx does not say when it expires", function()
    for _, text in ipairs({ "", "soon" }) do
      local decided = decide({ ssl_client_verify = "SUCCESS", ssl_client_v_end = text })
      assert.is_nil(decided.refusal)
      assert.equal(math.huge, decided["until"])
    end
  end)
end)
