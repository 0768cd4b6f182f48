local cost = require("spec.token-introspection.cost")
local answers = require("kong.plugins.token-introspection.introspection-answer")
local json = require("kong.plugins.token-introspection.json-object")
local utf8 = require("kong.plugins.token-introspection.utf8")

local SERVER = "https://as.example:443"

local function ok(body, headers)
  return answers.readJsonAnswer(SERVER, { status = 200, headers = headers or {}, body = body }, 5)
end

local function refused(status, body, headers)
  return answers.readRefusal(SERVER, { status = status, headers = headers or {}, body = body }, 5)
end

describe("an answer of status 200 (RFC 7662 section 2.2, S3, S4)", function()
  it("is active when active is true, and keeps the text", function()
    local text = '{"active":true,"exp":1795462740,"sub":"Cem \195\150zdemir","aud":[]}'
    local answer = ok(text)
    assert.equal("active", answer.kind)
    assert.equal(text, answer.claims)
    assert.equal(1795462740, answer.exp)
    assert.equal(5, answer.latency)
    assert.is_false(answer.noStore)
  end)

  it("is inactive when active is false, whatever else it says", function()
    assert.equal("inactive", ok('{"active":false,"scope":"a","exp":9999999999}').kind)
  end)

  it("has an exp only when that is a number", function()
    assert.is_nil(ok('{"active":true,"exp":"1"}').exp)
    assert.is_nil(ok('{"active":true,"exp":null}').exp)
  end)

  for name, body in pairs({
    ["active as text"] = '{"active":"true"}',
    ["active as number"] = '{"active":1}',
    ["active null"] = '{"active":null}',
    ["no active"] = "{}",
    ["an array"] = '[{"active":true}]',
    ["an empty array"] = "[]",
    ["a text"] = '"active"',
    ["null"] = "null",
    ["HTML"] = "<html><body>active</body></html>",
    ["nothing"] = "",
    ["half of it"] = '{"active":tr',
    ["a byte order mark"] = '\239\187\191{"active":true}',
    ["something behind a NUL"] = '{"active":true}\0{"active":false}',
    ["Latin-1"] = '{"active":true,"name":"\214"}',
    ["active twice"] = '{"active":false,"active":true}',
    ["active twice, once escaped"] = '{"active":false,"\\u0061ctive":true}',
    ["cnf's member twice"] = '{"active":true,"cnf":{"jkt":"a","jkt":"b"}}',
    ["gzip"] = "\31\139\8\0\0\0\0\0\0\3",
    ["nesting without end"] = '{"active":true,"a":' .. ("["):rep(100000) .. ("]"):rep(100000) .. "}",
    ["NaN"] = '{"active":true,"exp":NaN}',
  }) do
    it("is unexpected: " .. name, function()
      local answer = ok(body)
      assert.equal("unexpected", answer.kind)
      assert.matches("https://as%.example:443", answer.cause)
    end)
  end

  it("sees Cache-Control in any case, spacing and number", function()
    assert.is_true(ok('{"active":true}', { ["Cache-Control"] = "private, No-Store" }).noStore)
    assert.is_true(ok('{"active":true}', { ["Cache-Control"] = { "max-age=0", "no-cache" } }).noStore)
    assert.is_false(ok('{"active":true}', { ["Cache-Control"] = "private, x-no-store" }).noStore)
  end)
end)

describe("an answer of another status (design section 5)", function()
  it("does not hold the worker up, whatever stands in Retry-After", function()
    local blanks = "1" .. (" "):rep(60000) .. "x"
    -- By the pattern that one would write for it, it is some hundred thousand.
    assert.is_true(cost(blanks, function() refused(503, "", { ["Retry-After"] = blanks }) end) < 5000)
  end)

  for _, status in ipairs({ 429, 500, 501, 502, 503, 504, 599, 600, 999, 99, 0 }) do
    it("is unavailable: " .. status, function()
      assert.equal("unavailable", refused(status, '{"active":true}').kind)
    end)
  end

  for _, status in ipairs({ 101, 201, 202, 204, 206, 301, 302, 303, 307, 308, 401, 403, 404, 405, 410, 418 }) do
    it("is unexpected: " .. status, function()
      assert.equal("unexpected", refused(status, '{"active":true,"error":"invalid_token"}').kind)
    end)
  end

  for _, code in ipairs({ "invalid_request", "invalid_token", "unsupported_token_type" }) do
    it("is inactive: 400 " .. code, function()
      assert.equal("inactive", refused(400, '{"error":"' .. code .. '"}').kind)
    end)
  end

  for _, body in ipairs({ '{"error":"invalid_client"}', '{"error":["invalid_token"]}', "invalid_token", "", "{}" }) do
    it("is unexpected: 400 with " .. body, function()
      assert.equal("unexpected", refused(400, body).kind)
    end)
  end

  it("passes on a bounded Retry-After, in seconds or as a date", function()
    assert.equal(7, refused(503, nil, { ["Retry-After"] = "7" }).retryAfter)
    assert.equal(7, refused(503, nil, { ["Retry-After"] = "7 \t" }).retryAfter)
    assert.equal(300, refused(503, nil, { ["Retry-After"] = "100000" }).retryAfter)
    assert.equal(1, refused(429, nil, { ["Retry-After"] = "0" }).retryAfter)
    assert.equal(1, refused(503, nil, { ["Retry-After"] = "Sun, 06 Nov 1994 08:49:37 GMT" }).retryAfter)
    -- Numbers to Lua, and none to HTTP.
    for _, word in ipairs({ "soon", "nan", "-nan", "inf", "infinity", "0x1F", "1e2", "-5", "+5", "1.5", "" }) do
      assert.is_nil(refused(503, nil, { ["Retry-After"] = word }).retryAfter, word)
    end
    assert.is_nil(refused(503, nil, { ["Retry-After"] = { "1", "2" } }).retryAfter)
  end)

  it("names OAuth's errors and common media types in the log, and no words of the server's own: they may repeat the token", function()
    assert.matches("invalid_client", refused(401, '{"error":"invalid_client"}').cause, 1, true)
    assert.is_nil(refused(401, '{"error":"the token secret-token is bad"}').cause:find("secret-token", 1, true))
    local function misread(content_type)
      local answer = { status = 200, headers = { ["Content-Type"] = content_type }, body = "no" }
      return answers.readJsonAnswer("server", answer, 1).cause
    end
    assert.matches("text/html", misread("Text/HTML; charset=utf-8"), 1, true)
    assert.is_nil(misread("text/secret-token"):find("secret-token", 1, true))
  end)

  it("writes no line of its own into the log", function()
    local cause = refused(401, '{"error":"x\\n[error] \\u001b[31m"}').cause
    assert.is_nil(cause:find("[%c\128-\255]"))
  end)
end)

describe("text", function()
  it("is UTF-8 or not (RFC 3629 section 4)", function()
    for _, good in ipairs({ "", "a\tb", "\194\128", "\224\160\128", "\237\159\191", "\240\144\128\128", "\244\143\191\191", "a\195\150\240\159\152\128z" }) do
      assert.is_true(utf8.isUtf8(good))
    end
    for _, bad in ipairs({ "\128", "\192\128", "\193\191", "\194", "\224\159\191", "\237\160\128", "\240\143\191\191", "\244\144\128\128", "\245\128\128\128", "\195\150\195" }) do
      assert.is_false(utf8.isUtf8(bad))
    end
  end)

  it("is read as a JSON object, with what is wrong in words", function()
    assert.equal(1, json.parseObject('{"a":1}').a)
    local members, wrong = json.parseObject("[1]")
    assert.is_nil(members)
    assert.equal("it is no JSON object", wrong)
  end)
end)
