local real_kong
local answered, forgotten

local function post(body, role)
  answered, forgotten = nil, nil
  local kong = {
    configuration = { role = role or "traditional" },
    request = {
      get_raw_query = function() return "" end,
      get_body = function() return body end,
    },
    response = { exit = function(status, message) answered = { status = status, message = message } end },
    worker_events = {
      post = function(_, _, mark)
        forgotten = mark.kind
        return true
      end,
    },
    cluster_events = { broadcast = function() return true end },
  }
  rawset(_G, "kong", kong)
  require("kong.plugins.token-introspection.api")["/token-introspection/forget"].POST({})
  return answered.status
end

describe("POST /token-introspection/forget", function()
  before_each(function() real_kong = rawget(_G, "kong") end)
  after_each(function() rawset(_G, "kong", real_kong) end)

  it("forgets a subject", function()
    assert.equal(200, post({ sub = "alice" }))
    assert.equal("sub", forgotten)
  end)

  it("takes no text longer than nodes can tell each other", function()
    assert.equal(200, post({ sub = ("a"):rep(16384) }))
    assert.equal(400, post({ sub = ("a"):rep(16385) }))
    assert.is_nil(forgotten)
  end)

  it("says on a control plane that it reaches no data plane, in place of a success that is none", function()
    assert.equal(501, post({ sub = "alice" }, "control_plane"))
    assert.matches("data planes", answered.message.message, 1, true)
    assert.is_nil(forgotten)
  end)
end)
