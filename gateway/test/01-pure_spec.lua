describe("runner", function()
  it("has ngx", function()
    assert.is_number(ngx.now())
    ngx.sleep(0.01)
    local helpers = require "spec.helpers"
    assert.equal("3.9.1", kong.version)
    assert.has_error(function() helpers.start_kong() end)
  end)
end)
