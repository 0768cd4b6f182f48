-- Transpiled from src/kong/plugins/token-introspection/token-request.ts by `npm run build`: edit that file, not this one.
local ____exports = {}
local ____cookie = require("kong.plugins.token-introspection.cookie")
local findCookie = ____cookie.findCookie
local withoutCookie = ____cookie.withoutCookie
local ____form = require("kong.plugins.token-introspection.form")
local withoutParameter = ____form.withoutParameter
local ____text = require("kong.plugins.token-introspection.text")
local mediaTypeOf = ____text.mediaTypeOf
local ____token = require("kong.plugins.token-introspection.token")
local TWICE = ____token.TWICE
local onlyOne = ____token.onlyOne
local readTokenCookie = ____token.readTokenCookie
local readTokenHeader = ____token.readTokenHeader
local readTokenParameter = ____token.readTokenParameter
local ____upstream = require("kong.plugins.token-introspection.upstream")
local isTokenSpelledOtherwise = ____upstream.isTokenSpelledOtherwise
local clearHeader = ngx.req.clear_header
local lower = string.lower
local match = string.match
local rawGet = rawget
--- A header of the request, by its name in lower case.
local function header(headers, name)
  return rawGet(headers, name)
end
--- Longest form that is searched for a token, in bytes. nginx keeps in a file what is longer than client_body_buffer_size.
local LONGEST_FORM = 1024 * 1024
local TOO_LONG = {
  code = "invalid_request",
  cause = "token_body_arg: the form is too long to be searched for a token, or cannot be read",
  message = "The request's form is too long to be searched for an access token.",
}
--- Whether a Content-Type says that the body is a urlencoded form. Of several, which nginx lets through, the upstream service may heed any.
local function saysForm(contentType)
  if contentType == nil then
    return false
  end
  if type(contentType) == "string" then
    return mediaTypeOf(contentType) == "application/x-www-form-urlencoded"
  end
  for ____, one in ipairs(contentType) do
    if saysForm(one) then
      return true
    end
  end
  return false
end
--- A body that nginx keeps in a file: Kong before 3.8 reads none.
--
-- @returns undefined when there is none, it cannot be read, or is too long.
local function storedBody()
  local path = ngx.req.get_body_file()
  if path == nil then
    return nil
  end
  local file = io.open(path, "r")
  if file == nil then
    return nil
  end
  local text = file:read(LONGEST_FORM + 1) or ""
  file:close()
  local ____temp_0
  if #text > LONGEST_FORM then
    ____temp_0 = nil
  else
    ____temp_0 = text
  end
  return ____temp_0
end
--- The body, where RFC 6750 section 2.2 allows a token in it: a urlencoded form, not with GET.
--
-- @returns the empty text where it has none; undefined when it cannot be searched.
local function formBody(headers)
  if not saysForm(header(headers, "content-type")) then
    return ""
  end
  local method = kong.request.get_method()
  if method == "GET" or method == "HEAD" then
    return ""
  end
  local body = kong.request.get_raw_body(LONGEST_FORM)
  return body or storedBody()
end
--- Finds the access token in the places that are configured (RFC 6750 section 2).
--
-- @returns the token, and how it was presented; or twice undefined and the refusal; or nothing where there is no token at all.
function ____exports.findToken(config, plan, headers)
  local token, presentation, refused = readTokenHeader(header(headers, plan.tokenHeader), plan.bareToken)
  if token ~= nil and plan.bareToken and isTokenSpelledOtherwise(headers, plan.upstream) then
    refused = TWICE
  end
  if refused == nil and config.token_query_arg ~= nil then
    local found, how, wrong = readTokenParameter(kong.request.get_raw_query(), config.token_query_arg, "query")
    token, presentation, refused = onlyOne(token, presentation, found, how, wrong)
  end
  if refused == nil and config.token_body_arg ~= nil then
    local body = formBody(headers)
    local found, how, wrong = readTokenParameter(body or "", config.token_body_arg, "body")
    token, presentation, refused = onlyOne(token, presentation, found, how, body == nil and TOO_LONG or wrong)
  end
  if refused == nil and config.token_cookie ~= nil then
    local found, how, wrong = readTokenCookie(header(headers, "cookie"), config.token_cookie)
    token, presentation, refused = onlyOne(token, presentation, found, how, wrong)
  end
  if refused ~= nil then
    return nil, nil, refused
  end
  return token, presentation
end
--- Whether the token header holds what is ours to hide: under Authorization another scheme is the application's.
local function holdsToken(value, bare)
  if value == nil then
    return false
  end
  if bare or type(value) ~= "string" then
    return true
  end
  local scheme = lower((match(value, "^[ \t]*([^%s]*)")) or "")
  return scheme == "bearer" or scheme == "dpop"
end
--- Kong keeps the query that `clear_query_arg` of another plugin has written, and forgets to ask nginx for the one that is set afterwards, until the worker has
-- set one for the first time. That must not be the time at which a token is hidden. Phase: init_worker, where there is no request to set it for.
function ____exports.settleQuery()
  pcall(ngx.req.set_uri_args, "")
end
local function hideParameter(name)
  local query = kong.request.get_raw_query()
  local rest = withoutParameter(query, name)
  if rest ~= query then
    kong.service.request.set_raw_query(rest)
  end
end
local function hideFormParameter(headers, name)
  local body = formBody(headers)
  if body == nil then
    return
  end
  local rest = withoutParameter(body, name)
  if rest ~= body then
    kong.service.request.set_raw_body(rest)
  end
end
local function hideCookie(headers, name)
  local cookies = header(headers, "cookie")
  if cookies == nil or select(2, findCookie(cookies, name)) == 0 then
    return
  end
  local rest = withoutCookie(cookies, name)
  if rest == nil then
    clearHeader("cookie")
  else
    kong.service.request.set_header("cookie", rest)
  end
end
--- Takes token and proof off the request to the upstream service; all other bytes stay.
--
-- @param place where the token is, when it is known to be there alone; undefined: every place where a token may be is looked at.
function ____exports.hideToken(config, plan, headers, place)
  if header(headers, "dpop") ~= nil then
    clearHeader("dpop")
  end
  if place == "header" then
    return clearHeader(plan.tokenHeader)
  end
  if holdsToken(header(headers, plan.tokenHeader), plan.bareToken) then
    clearHeader(plan.tokenHeader)
  end
  if config.token_query_arg ~= nil then
    hideParameter(config.token_query_arg)
  end
  if config.token_body_arg ~= nil then
    hideFormParameter(headers, config.token_body_arg)
  end
  if config.token_cookie ~= nil and not (plan.upstream.named.cookie ~= nil) then
    hideCookie(headers, config.token_cookie)
  end
end
return ____exports
