-- Where Kong proxies TCP (`stream_listen`), it loads the handlers of all plugins that kong.conf names in nginx's stream subsystem too.
describe("in the stream subsystem", function()
  local PLUGINS = { "token-introspection", "mtls-auth" }
  local nginx_config = _G.ngx.config
  local subsystem = nginx_config.subsystem
  -- OpenResty's modules that are there for HTTP alone raise as they are loaded.
  local HTTP_ALONE = { "ngx.req", "ngx.resp" }
  local loaded
  local preloaded = {}

  -- Takes our modules out of those that are loaded, and gives them.
  local function unload()
    local taken = {}
    for name, module in pairs(package.loaded) do
      if name:find("^kong%.plugins%.token%-introspection%.") or name:find("^kong%.plugins%.mtls%-auth%.") then
        taken[name] = module
      end
    end
    for name in pairs(taken) do
      package.loaded[name] = nil
    end
    return taken
  end

  setup(function()
    -- Modules of both subsystems ask which one it is as they are loaded: they stay as they are.
    for _, plugin in ipairs(PLUGINS) do
      require("kong.plugins." .. plugin .. ".handler")
      require("kong.plugins." .. plugin .. ".schema")
    end
    loaded = unload()
    for _, name in ipairs(HTTP_ALONE) do
      loaded[name], preloaded[name] = package.loaded[name], package.preload[name]
      package.loaded[name] = nil
      package.preload[name] = function()
        error("unsupported subsystem: stream")
      end
    end
    nginx_config.subsystem = "stream"
  end)

  teardown(function()
    nginx_config.subsystem = subsystem
    unload()
    for _, name in ipairs(HTTP_ALONE) do
      package.preload[name] = preloaded[name]
    end
    for name, module in pairs(loaded) do
      package.loaded[name] = module
    end
  end)

  for _, plugin in ipairs(PLUGINS) do
    it(plugin .. " can be loaded", function()
      assert.is_number(require("kong.plugins." .. plugin .. ".handler").PRIORITY)
      assert.equal(plugin, require("kong.plugins." .. plugin .. ".schema").name)
    end)
  end
end)
