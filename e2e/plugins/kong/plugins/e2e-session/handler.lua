-- Authenticates as Kong's own session plugin does from a session: the groups stand in ngx.ctx, not in kong.ctx.shared. Takes the query argument
-- `session` off, as key-auth does with its key. With `as_oauth2` it does what Kong's oauth2 does besides: a header, and a credential that shows whose it is.
local E2eSession = { PRIORITY = 1900, VERSION = "1.0.0" }

function E2eSession:access(config)
  kong.service.request.set_header("X-Authenticated-Groups", "of-the-session")
  ngx.ctx.authenticated_groups = { "of-the-session" }
  kong.client.authenticate(nil, { id = "session", redirect_uris = config.as_oauth2 and {} or nil })
  if config.as_oauth2 then
    kong.service.request.set_header("X-Authenticated-Userid", "of-oauth2")
  end
  if kong.service.request.clear_query_arg then
    kong.service.request.clear_query_arg("session")
  else -- before Kong 3.9
    local query = kong.request.get_query()
    query.session = nil
    kong.service.request.set_query(query)
  end
end

return E2eSession
