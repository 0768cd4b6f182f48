-- Authenticates as Kong's own session plugin does from a session: the groups stand in ngx.ctx, not in kong.ctx.shared. Takes the query argument
-- `session` off, as key-auth does with its key.
local E2eSession = { PRIORITY = 1900, VERSION = "1.0.0" }

function E2eSession:access()
  kong.service.request.set_header("X-Authenticated-Groups", "of-the-session")
  ngx.ctx.authenticated_groups = { "of-the-session" }
  kong.client.authenticate(nil, { id = "session" })
  if kong.service.request.clear_query_arg then
    kong.service.request.clear_query_arg("session")
  else -- before Kong 3.9
    local query = kong.request.get_query()
    query.session = nil
    kong.service.request.set_query(query)
  end
end

return E2eSession
