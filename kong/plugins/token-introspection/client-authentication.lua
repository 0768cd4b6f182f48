-- Transpiled from src/kong/plugins/token-introspection/client-authentication.ts by `npm run build`: edit that file, not this one.
local ____exports = {}
local basic, bearer, find
local ____client_assertion = require("kong.plugins.token-introspection.client-assertion")
local ASSERTION_TYPE = ____client_assertion.ASSERTION_TYPE
local makeAssertion = ____client_assertion.makeAssertion
local ____form_encoding = require("kong.plugins.token-introspection.form-encoding")
local formEncode = ____form_encoding.formEncode
function basic(question, headers)
  local ____question_0 = question
  local id = ____question_0.client_id
  local secret = ____question_0.client_secret
  if id == nil or secret == nil then
    return nil, "client_id and client_secret are not both set"
  end
  headers.Authorization = "Basic " .. ngx.encode_base64((formEncode(id) .. ":") .. formEncode(secret))
  return true
end
function bearer(token, headers)
  if token == nil then
    return nil, "bearer_token is not set"
  end
  if (find(token, "[^!-~]")) ~= nil then
    return nil, "bearer_token holds a space, a line end or a character beyond ASCII"
  end
  headers.Authorization = "Bearer " .. token
  return true
end
find = string.find
--- Adds to an introspection request what proves who we are (RFC 7662 section 2.1), in one place only (RFC 6749 section 2.3).
--
-- @param headers of the request.
-- @param form its parameters.
-- @param url of the endpoint; without an issuer a signed assertion is for it.
function ____exports.authenticate(question, headers, form, url)
  local id = question.client_id
  if question.client_auth == "client_secret_basic" then
    return basic(question, headers)
  end
  if question.client_auth == "bearer" then
    return bearer(question.bearer_token, headers)
  end
  if question.client_auth == "none" then
    if id ~= nil then
      form.client_id = id
    end
    return true
  end
  if id == nil then
    return nil, "client_id is not set"
  end
  form.client_id = id
  if question.client_auth == "client_secret_post" then
    if question.client_secret == nil then
      return nil, "client_secret is not set"
    end
    form.client_secret = question.client_secret
    return true
  end
  if question.client_auth == "tls_client_auth" then
    if question.client_certificate == nil then
      return nil, "client_certificate and client_key are not set"
    end
    if url.scheme ~= "https" then
      return nil, "client_auth tls_client_auth needs an https endpoint: the certificate is shown in the TLS handshake"
    end
    return true
  end
  local assertion, wrong = makeAssertion(question, question.issuer or url.text)
  if assertion == nil then
    return nil, wrong
  end
  form.client_assertion_type = ASSERTION_TYPE
  form.client_assertion = assertion
  return true
end
return ____exports
