local request = require("kong.plugins.token-introspection.token-request")

-- Nothing of what is tested here yields, so that standing in for the request disturbs nobody.
describe("a token in a form that nginx keeps in a file (RFC 6750 section 2.2), on Kong before 3.8, which reads none", function()
  local real_ngx, real_kong = _G.ngx, _G.kong
  local LONGEST = 1024 * 1024
  local path

  before_each(function()
    path = os.tmpname()
    _G.ngx = setmetatable({ req = setmetatable({ get_body_file = function() return path end }, { __index = real_ngx.req }) }, { __index = real_ngx })
    _G.kong = { request = {
      get_method = function() return "POST" end,
      get_raw_body = function() return nil, "request body did not fit into client body buffer" end,
    } }
  end)

  after_each(function()
    os.remove(path)
    _G.ngx, _G.kong = real_ngx, real_kong
  end)

  local function find(body, headers)
    local file = assert(io.open(path, "w"))
    file:write(body)
    file:close()
    headers = headers or {}
    headers["content-type"] = "application/x-www-form-urlencoded"
    return request.findToken({ token_body_arg = "access_token" }, { tokenHeader = "authorization", bareToken = false }, headers)
  end

  it("is found", function()
    local token, presentation = find("a=" .. ("x"):rep(100000) .. "&access_token=a-token")
    assert.equal("a-token", token)
    assert.equal("body", presentation.place)
  end)

  it("is found at the end of the longest form that is searched", function()
    local rest = "&access_token=a-token"
    assert.equal("a-token", (find(("x"):rep(LONGEST - #rest) .. rest)))
  end)

  it("is not looked for in a longer one, which is refused", function()
    local rest = "&access_token=a-token"
    local token, _, refused = find(("x"):rep(LONGEST - #rest + 1) .. rest)
    assert.is_nil(token)
    assert.equal("invalid_request", refused.code)
  end)

  it("is none where the form is empty", function()
    local token, _, refused = find("")
    assert.is_nil(token)
    assert.is_nil(refused)
  end)

  it("leaves a token in the header alone", function()
    assert.equal("in-header", (find("a=b", { authorization = "Bearer in-header" })))
  end)

  it("is refused where the file cannot be read", function()
    os.remove(path)
    local _, _, refused = request.findToken(
      { token_body_arg = "access_token" },
      { tokenHeader = "authorization", bareToken = false },
      { ["content-type"] = "application/x-www-form-urlencoded" }
    )
    assert.equal("invalid_request", refused.code)
  end)
end)
