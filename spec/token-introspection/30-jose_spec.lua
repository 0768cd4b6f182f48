local base64 = require("kong.plugins.token-introspection.base64")
local json = require("kong.plugins.token-introspection.json")
local jwk = require("kong.plugins.token-introspection.jwk")
local jws = require("kong.plugins.token-introspection.jws")
local sign = require("kong.plugins.token-introspection.sign")
local signature = require("kong.plugins.token-introspection.signature")

local encode = base64.encodeBase64url

-- A key made for these tests.
local PSS_PEM = [[
-----BEGIN PRIVATE KEY-----
MIIEuAIBADALBgkqhkiG9w0BAQoEggSkMIIEoAIBAAKCAQEAtYci7rSBK3hf4mj5
+EozcE7pcjd0J1JiZaZJjloLBKT2FL1PeXS9HU/RgDYIMGpQ4ooAB6gewghhGqVK
9SBfYD8ORD/gjLMDjlq7FVp6sTh1InAn2PHeIBLkgvTETTyeOtSj7NiiwkYtULrI
S9cgIOpsiCa9AddOeTlFuW4evjxkuVkFw5xKifvPC8tgWsRGuwR6xL8AAd+Z4L4b
KpM6zqmNd2aTUINRajqtSg0AbwnU8ZBr71LT02LqI2uD9OvO/0nQRZPzlfzaRmCj
AP20V0jX5C65I1GtmTnaVeKBdP0gUlJsDgI9yvwxEAe1yziPpdKmfozSIbLyAuwE
GW4SqQIDAQABAoIBAAWrUIM5dm5D3mS9CA+By7z2bfJ/+lvvBf0sNhBgzgbJWxkX
N3fw1iYn88BID7XpYBjPHAShMsK3DcdOAbsJlYj1Ny4Y+5uRTKthuIWIc5v8yiW2
8HulRB1m0aWoXMgXvE5UjUEMm/qqw+gJSU+bCpkUkSqoYQ9BaOU+zWdm4cVponk6
GKGCivLm1BxGJaqlPm5xL5Cvmgcl61ewldSjC39DzaNQx4daEVSoRtdotrgqiAkF
Np0V3RHrkXYr9lVKdjkHeu0FPcEvVjN9S14hcZXE5Uyrdc7L4D73pcSxh4ycKxM1
1/59ue/nar+fPwftI7cD4VBgvX5sLhfCaChjrY0CgYEA2t7OtXWqpWTnUXfWwGue
RjfzkVDBoAH+/g5FaDuqPDVyksZlzdkazA2oDfumCUC3HlFn/WpgKup1H/UEHTSQ
YdIHBih0XU0HrgwsVJguk5/RTLVOuX5jTA1Nw9ZZLNcRMcS0j9Dg3lf1AchZ/P25
2Bg0UtGzxIOHfJBcpVaoeD0CgYEA1FKa12+pWytMlfR7dudfpw8jDA2ABZHBFzJB
+brc2GlV4qFw+/u6HETzfntUOCRRH+70yim1IlLR6Zui5+Rvn+V5FAinCqWAta0+
bI/rRjaEAu99yQQvYlkPjH8PudlGPr4IBkj8K+7PMabMwME3V+G4bTiVJxzxs+5C
tW7Vvt0Cfzoi9MU+fBVyt/7r1h9GdsQwGIKA8O2Pmivhno4RSyazC7vw9xm2kWei
OQF91pyelAV5miW2G9VKcdILQwx+6dsR7suz8zTVQTT6Bsxxn+2WhgHaJw8eg0Gw
Rve99/HxLqAJn+yTjyeANZRDo6OPwc2koEFfcmDAjzyHHBTO7/ECgYBTbS3ITui1
mPrbxReqLdmo08rKlpdiGNZNHgNMc/8IzcLgbNzvNgb3yqP+Y8lA0gxKRuNKeD7j
ALXYW74T7e9qXYlItOmlxkgfmrX3hElG6m7OlHnRPWK8+w+f/eEY/mWai6KtjYoA
XTJuaQL1DjaHwnpr+BqrJrVWJN1zWtyDxQKBgCM0bIWQLWbWiY9HMNboD6LkJclw
e6qtQ1zpJq1YZ5xUD6/MsPvx93MU7v+Xh1slKQCdAWhNarhHP/zzZWAis8TVsVGv
rOel08VYTwBPJD2eTW7gd/Qw4scEUOFnR4wA4FMhzzOzwXJdssxnSpDIA91uFVQJ
kHbUSbqaqU5QQf4F
-----END PRIVATE KEY-----
]]
local PSS_N = "tYci7rSBK3hf4mj5-EozcE7pcjd0J1JiZaZJjloLBKT2FL1PeXS9HU_RgDYIMGpQ4ooAB6gewghhGqVK9SBfYD8ORD_gjLMDjlq7FVp6sTh1InAn2PHeIBLkgvTETTyeOtSj7NiiwkYtULrIS9cgIOpsiCa9AddOeTlFuW4evjxkuVkFw5xKifvPC8tgWsRGuwR6xL8AAd-Z4L4bKpM6zqmNd2aTUINRajqtSg0AbwnU8ZBr71LT02LqI2uD9OvO_0nQRZPzlfzaRmCjAP20V0jX5C65I1GtmTnaVeKBdP0gUlJsDgI9yvwxEAe1yziPpdKmfozSIbLyAuwEGW4SqQ"
local RSA_PEM = [[
-----BEGIN PRIVATE KEY-----
MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQCpeRa65k5MpzYX
cHfYUaVOfKd1DCdhaEngniT1H2DZnz2VHGV2EO4ovIUImxH575cJgj9t1Biq5xEX
0Dm77B7NlWBxUZVi9JTDYoF1VbRjNVuaTlv2BAfUF8UcUCSZD/amH+G87YqJZhED
rC1WYqnxiLtptKOUc7qhSa/IrJpE7BWdzwepQQ8QpxAlTy0i0wqPc2fqh57vsDO9
ujP0g7SjidhUdvKxlaPyo/miLSEI6u03Hba+HKGyqPLoUg5vffukJ0yTt1PKxrt9
5KiZtnQwYo+wEGXAI08PG5KPRkvedmsqomx3SJZaJzFIQ9GFKgR7YcL/+5iyR7MI
0Qybc++hAgMBAAECggEADNuZSCJXj/TCw5n+mbyuDkuiV9zNcxQ6wK427xsLmc89
WJ4QK5pCu3f8HuhG/5+4JZpKbi6AlZzU3OnpK3MRbjcWW1qdeyXD0KQdXtXbCwje
E5G84+gv4N1R0OFauXsu0zFJivA5yc1i3pS2Vt7C9oaRc4ZnP8jdAMYqrk68IJzq
IuJ7KU6PxpCGxrrnKgxqHzktac6DPtK4AzhAkfP3Usm5peAYk2ti03Dvowi+WzyC
8huz7nRSecQDIIo10mwox0gd8WniDL1r811rVPrwrEYdsSw7rQ90fzREl8YlCdWp
mVjKrMbxQLqArkaFeXduYujow1IWfYYn5asItyX4TQKBgQDfZnMmxWH5hYEpvksK
yQ3LpY21SKgZYFzaeEq0kosOo6ufx+PoiRxAFGs75Yh8QLt9l/PNp8aEhWIqmL1W
zW8DWLUuB5ZkAMnSSEiamW6rOgwEENtLgtMGJXHUpgi0s464y/dlu0RlUXzpOAFe
VY7lQ2ae/W/e2rmMt2xVjedgPQKBgQDCNBVhFnHXC9WAFkb7IkcVgxPi5qlyNa2I
0ky+HtGyt1xZ9Uv0CAOuWeB9llFyxwieiC44ay9I0cLeXqy0M9DKX1m0GVmjIh7A
x0Gv4+xqaRkI2JrifbctFuEwh3GtkKFsEMaYhpFw7oXiwEDQtd9s5KLYude9046+
7kYmwTY/NQKBgQCeD52Po/4TDnt5rnLn2aLSIHtn9VVCRyTLSmsI4dpTbEgEz+gX
4dLEH+5TPa7YwvAlB3rvWjKiFsGDA/iKzuUpx/zA6YtljA0/o/cCs2ZS7coMomSW
Q6TM53dnjmYAfD6Rz3ZmWx4kVYh8diy5su1cltinywb49WZtAmY7DiDTvQKBgAav
ZE0DSMfuUFsoaSkb9PZ4nKai6hJUZrTfCGVDClTsmvE90G+GFxpZXbD1C7i3wUQz
y+OFTQtkrSCagbdyUS2mOqBIfx1uf0CDm29CmVDQbVwwmKRTT4rtzrKs9uzSnbvq
l+uINll83H8BvzlwCVDmTfTH8PVH4xIPgbqzy/pBAoGAVLcXTKrhZmENpJA/WSzv
MjSp17cf4b8pvg0XCbM6h6cJjH5spiwyLhkceunXahr5+WUuBEzGNHWa3u4dR4zF
dTW9zi/9XuXJrJP59VxNKGcbVDoe3zfdkStHk2A9957aS9quUcCufgb4Gk5BlQJr
Ivd4TDJniYs9HuROpplT1Zc=
-----END PRIVATE KEY-----
]]
local RSA_N = "qXkWuuZOTKc2F3B32FGlTnyndQwnYWhJ4J4k9R9g2Z89lRxldhDuKLyFCJsR-e-XCYI_bdQYqucRF9A5u-wezZVgcVGVYvSUw2KBdVW0YzVbmk5b9gQH1BfFHFAkmQ_2ph_hvO2KiWYRA6wtVmKp8Yi7abSjlHO6oUmvyKyaROwVnc8HqUEPEKcQJU8tItMKj3Nn6oee77Azvboz9IO0o4nYVHbysZWj8qP5oi0hCOrtNx22vhyhsqjy6FIOb337pCdMk7dTysa7feSombZ0MGKPsBBlwCNPDxuSj0ZL3nZrKqJsd0iWWicxSEPRhSoEe2HC__uYskezCNEMm3PvoQ"

-- The same key as a JWK.
local RSA_PRIVATE = '{"kty":"RSA","n":"qXkWuuZOTKc2F3B32FGlTnyndQwnYWhJ4J4k9R9g2Z89lRxldhDuKLyFCJsR-e-XCYI_bdQYqucRF9A5u-wezZVgcVGVYvSUw2KBdVW0YzVbmk5b9gQH1BfFHFAkmQ_2ph_hvO2KiWYRA6wtVmKp8Yi7abSjlHO6oUmvyKyaROwVnc8HqUEPEKcQJU8tItMKj3Nn6oee77Azvboz9IO0o4nYVHbysZWj8qP5oi0hCOrtNx22vhyhsqjy6FIOb337pCdMk7dTysa7feSombZ0MGKPsBBlwCNPDxuSj0ZL3nZrKqJsd0iWWicxSEPRhSoEe2HC__uYskezCNEMm3PvoQ","e":"AQAB","d":"DNuZSCJXj_TCw5n-mbyuDkuiV9zNcxQ6wK427xsLmc89WJ4QK5pCu3f8HuhG_5-4JZpKbi6AlZzU3OnpK3MRbjcWW1qdeyXD0KQdXtXbCwjeE5G84-gv4N1R0OFauXsu0zFJivA5yc1i3pS2Vt7C9oaRc4ZnP8jdAMYqrk68IJzqIuJ7KU6PxpCGxrrnKgxqHzktac6DPtK4AzhAkfP3Usm5peAYk2ti03Dvowi-WzyC8huz7nRSecQDIIo10mwox0gd8WniDL1r811rVPrwrEYdsSw7rQ90fzREl8YlCdWpmVjKrMbxQLqArkaFeXduYujow1IWfYYn5asItyX4TQ","p":"32ZzJsVh-YWBKb5LCskNy6WNtUioGWBc2nhKtJKLDqOrn8fj6IkcQBRrO-WIfEC7fZfzzafGhIViKpi9Vs1vA1i1LgeWZADJ0khImpluqzoMBBDbS4LTBiVx1KYItLOOuMv3ZbtEZVF86TgBXlWO5UNmnv1v3tq5jLdsVY3nYD0","q":"wjQVYRZx1wvVgBZG-yJHFYMT4uapcjWtiNJMvh7RsrdcWfVL9AgDrlngfZZRcscInoguOGsvSNHC3l6stDPQyl9ZtBlZoyIewMdBr-PsamkZCNia4n23LRbhMIdxrZChbBDGmIaRcO6F4sBA0LXfbOSi2LnXvdOOvu5GJsE2PzU","dp":"ng-dj6P-Ew57ea5y59mi0iB7Z_VVQkcky0prCOHaU2xIBM_oF-HSxB_uUz2u2MLwJQd671oyohbBgwP4is7lKcf8wOmLZYwNP6P3ArNmUu3KDKJklkOkzOd3Z45mAHw-kc92ZlseJFWIfHYsubLtXJbYp8sG-PVmbQJmOw4g070","dq":"Bq9kTQNIx-5QWyhpKRv09nicpqLqElRmtN8IZUMKVOya8T3Qb4YXGlldsPULuLfBRDPL44VNC2StIJqBt3JRLaY6oEh_HW5_QIObb0KZUNBtXDCYpFNPiu3Osqz27NKdu-qX64g2WXzcfwG_OXAJUOZN9Mfw9UfjEg-BurPL-kE","qi":"VLcXTKrhZmENpJA_WSzvMjSp17cf4b8pvg0XCbM6h6cJjH5spiwyLhkceunXahr5-WUuBEzGNHWa3u4dR4zFdTW9zi_9XuXJrJP59VxNKGcbVDoe3zfdkStHk2A9957aS9quUcCufgb4Gk5BlQJrIvd4TDJniYs9HuROpplT1Zc"}'

-- RFC 7515 appendix A.3.1.
local EC_D = "jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI"
local EC = { kty = "EC", crv = "P-256", x = "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU", y = "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0" }
local EC_PRIVATE = ('{"kty":"EC","crv":"P-256","x":"%s","y":"%s","d":"%s","kid":"our key","use":"sig","key_ops":["sign"]}'):format(EC.x, EC.y, EC_D)

-- RFC 8037 appendices A.2 and A.3.
local ED = { kty = "OKP", crv = "Ed25519", x = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo" }

-- RFC 7638 section 3.1.
local RSA = {
  kty = "RSA",
  n = "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W"
    .. "-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qN"
    .. "Lyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw",
  e = "AQAB",
  alg = "RS256",
  kid = "2011-04-29",
}

local function with(key, changes)
  local copy = {}
  for name, value in pairs(key) do
    copy[name] = value
  end
  for name, value in pairs(changes) do
    copy[name] = value
  end
  return copy
end

local function load(key)
  local read = assert(jwk.readPublicJwk(key))
  return assert(jwk.loadPublicJwk(read))
end

describe("strict JSON", function()
  local GOOD = {
    ["{}"] = {},
    [' {"a":1}'] = { a = 1 },
    ['{"a":"b","b":"a"}'] = { a = "b", b = "a" },
    ['{"a":{"a":1},"b":[{"a":1},{"a":2}]}'] = { a = { a = 1 }, b = { { a = 1 }, { a = 2 } } },
    ['{"a":["a","a","a"]}'] = { a = { "a", "a", "a" } },
    ['{"a":0,"b":-1.5e+3,"c":10,"d":1E2,"e":true}'] = { a = 0, b = -1500, c = 10, d = 100, e = true },
    ['{"a":"\195\182"}'] = { a = "\195\182" },
    ['{"a":"\\",\\"a\\":","b":"{[}]"}'] = { a = '","a":', b = "{[}]" },
    ['{"\\u0061\\\\":1,"a":2}'] = { ["a\\"] = 1, a = 2 },
    ['{"":"","a":-1,"b":1234567890123456}'] = { [""] = "", a = -1, b = 1234567890123456 },
    ['{"a":9007199254740993,"b":1e2,"c":-0}'] = { a = 9007199254740992, b = 100, c = 0 },
    ['{"a":1,"b":2,"c":3,"d":4,"e":5,"f":6,"g":7,"h":8,"i":9}'] = { a = 1, b = 2, c = 3, d = 4, e = 5, f = 6, g = 7, h = 8, i = 9 },
  }
  for text, value in pairs(GOOD) do
    it("reads " .. text, function()
      assert.same(value, json.decodeObject(text))
    end)
  end

  local BAD = {
    "", "}", '}}', '"}', "null", "1", '"a"', "[]", '["a"]', "{", "{}}", "{}x", "{a:1}", "{'a':1}", '{"a":1,}', "\239\187\191{}", '{"a":NaN}', '{"a":Infinity}', '{"a":0x10}',
    '{"a":1,"a":1}', '{"a":1,"b":2,"a":null}', '{"a":{"b":1,"b":2}}', '{"a":[{"b":1,"b":2}]}', '{"a":1,"\\u0061":2}', '{"a":1 , "a" :2}', '{"a":1,"a" :2,"b":3}', '{"a":"b","a":"c"}',
    '{"a":[],"b":[[]],"a":{}}', ('{"a":'):rep(17) .. "1" .. ("}"):rep(17), ('{"a":'):rep(100000), "{\0}",
    -- RFC 8259 section 6: the decoder reads numbers as C does.
    '{"a":1.}', '{"a":.5}', '{"a":-.5}', '{"a":1.e5}', '{"a":01}', '{"a":+1}', '{"a":-}', '{"a":1e}', '{"a":[1.,2]}', '{"a":00}', '{"a":"b","c":1.}',
    '{"a":"b"c}', '{"a":"b""c":"d"}', '{"a":1"b":2}', '{"a":1;"b":2}', '{,"a":1}', '{"a"1}', '{"a":"b",}', '{"a":nan}', '{"a":-inf}', '{"a":1,,"b":2}', '{"a":"b","a":1}', '{"a":}',
    -- RFC 7515 section 5.2: UTF-8, and all of the text.
    '{"a":1}\0}"x":', '{"a":1}\0', '{"a":"b\0"}', '{"a":"\255\192"}', '{"a":"\237\160\128"}', '{"\192\128":1}',
  }
  for number, text in ipairs(BAD) do
    it("refuses bad text " .. number .. ": " .. text:sub(1, 40):gsub("%z", "NUL"), function()
      assert.is_nil(json.decodeObject(text))
    end)
  end
end)

describe("compact JWS", function()
  local HEADER = encode('{"alg":"ES256"}')
  local PAYLOAD = encode('{"iss":"joe"}')

  it("is taken apart (RFC 7515 section 3.1)", function()
    local parts = assert(jws.parseJws(HEADER .. "." .. PAYLOAD .. ".AAE", 8192))
    assert.equal("ES256", parts.algorithm)
    assert.same({ iss = "joe" }, parts.payload)
    assert.equal("\0\1", parts.signature)
    assert.equal(HEADER .. "." .. PAYLOAD, parts.signed.header .. "." .. parts.signed.payload)
  end)

  local BAD = {
    "", ".", "..", "a.b", "a.b.c.d", HEADER .. "." .. PAYLOAD, HEADER .. "." .. PAYLOAD .. ".", "." .. PAYLOAD .. ".AAE", HEADER .. "..AAE",
    HEADER .. "." .. PAYLOAD .. ".AAE.", HEADER .. "." .. PAYLOAD .. ".AAE=", " " .. HEADER .. "." .. PAYLOAD .. ".AAE", HEADER .. "." .. PAYLOAD .. ".AAE\n",
    HEADER .. "." .. PAYLOAD .. ".A+E", HEADER .. "." .. PAYLOAD .. ".AAF", HEADER .. "." .. PAYLOAD .. ".A", HEADER .. "." .. PAYLOAD .. ".AAE\0",
    encode("[]") .. "." .. PAYLOAD .. ".AAE", encode("x") .. "." .. PAYLOAD .. ".AAE", HEADER .. "." .. encode('"a"') .. ".AAE", HEADER .. "." .. encode("\0") .. ".AAE",
    encode('{"alg":"ES256","alg":"none"}') .. "." .. PAYLOAD .. ".AAE", HEADER .. "." .. encode('{"iss":"a","iss":"b"}') .. ".AAE",
    encode("{}") .. "." .. PAYLOAD .. ".AAE", encode('{"alg":1}') .. "." .. PAYLOAD .. ".AAE", encode('{"alg":null}') .. "." .. PAYLOAD .. ".AAE",
    encode('{"alg":"ES256","crit":["exp"]}') .. "." .. PAYLOAD .. ".AAE", encode('{"alg":"ES256","crit":[]}') .. "." .. PAYLOAD .. ".AAE",
    encode('{"alg":"ES256","b64":true}') .. "." .. PAYLOAD .. ".AAE",
    HEADER .. "." .. PAYLOAD .. "." .. ("A"):rep(8192),
  }
  for number, text in ipairs(BAD) do
    it("refuses malformed text " .. number .. ": " .. text:sub(1, 30):gsub("%c", "?"), function()
      local parts, cause = jws.parseJws(text, 8192)
      assert.is_nil(parts)
      assert.is_string(cause)
    end)
  end
end)

describe("public JWK", function()
  it("has the thumbprint of RFC 7638 section 3.1", function()
    assert.equal("NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs", jwk.readPublicJwk(RSA).thumbprint)
  end)

  it("has the thumbprint of RFC 8037 appendix A.3", function()
    assert.equal("kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k", jwk.readPublicJwk(ED).thumbprint)
  end)

  it("has the thumbprint of RFC 9449 section 6.1", function()
    local key = { kty = "EC", crv = "P-256", x = "l8tFrhx-34tV3hRICRDY9zCkDlpBhF42UQUfWVAWBFs", y = "9VE4jf_Ok_o64zbTTlcuNJajHmt6v9TDVrU0CdvGRDA" }
    assert.equal("0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I", jwk.readPublicJwk(key).thumbprint)
  end)

  it("may have members that do not make the key, of any type", function()
    local read = assert(jwk.readPublicJwk(with(EC, { use = "sig", kid = 1, x5c = { "a" }, ext = true, key_ops = ngx.null })))
    assert.equal(jwk.readPublicJwk(EC).thumbprint, read.thumbprint)
    assert.equal("P-256", assert(jwk.loadPublicJwk(read)).kind)
  end)

  it("is refused with a private member, whatever it holds (RFC 9449 section 4.3)", function()
    for _, member in ipairs({ "d", "p", "q", "dp", "dq", "qi", "oth", "k" }) do
      for _, value in ipairs({ "AA", ngx.null, false, "", {} }) do
        for _, key in ipairs({ EC, RSA, ED }) do
          local read, cause = jwk.readPublicJwk(with(key, { [member] = value }))
          assert.is_nil(read)
          assert.equal("the key is a private one", cause)
        end
      end
    end
  end)

  local P256_ZERO, long = encode(("\0"):rep(32)), base64.decodeBase64url(RSA.n)
  local BAD = {
    ["no object"] = "EC",
    ["null"] = ngx.null,
    ["a number"] = 1,
    ["an array"] = { EC },
    ["nothing"] = {},
    ["a symmetric key"] = { kty = "oct" },
    ["another type"] = with(EC, { kty = "ec" }),
    ["a type that is no string"] = with(EC, { kty = { "EC" } }),
    ["another curve"] = with(EC, { crv = "secp256k1" }),
    ["P-521"] = with(EC, { crv = "P-521" }),
    ["Ed448"] = with(ED, { crv = "Ed448" }),
    ["X25519"] = with(ED, { crv = "X25519" }),
    ["the curve of another type"] = with(EC, { kty = "OKP" }),
    ["no curve"] = { kty = "EC", x = EC.x, y = EC.y },
    ["no y"] = { kty = "EC", crv = "P-256", x = EC.x },
    ["a number as x"] = with(EC, { x = 1 }),
    ["null as y"] = with(EC, { y = ngx.null }),
    ["a table as y"] = with(EC, { y = { EC.y } }),
    ["a short x"] = with(EC, { x = encode(("a"):rep(31)) }),
    ["a long x"] = with(EC, { x = encode("\0" .. base64.decodeBase64url(EC.x)) }),
    ["padding"] = with(EC, { x = EC.x .. "=" }),
    ["bits left over"] = with(EC, { y = EC.y:sub(1, -2) .. "1" }),
    ["a quote"] = with(EC, { x = EC.x:sub(1, -2) .. '"' }),
    ["a point of P-256 for P-384"] = with(EC, { crv = "P-384" }),
    ["a short Ed25519 key"] = with(ED, { x = encode(("a"):rep(31)) }),
    ["RSA without e"] = { kty = "RSA", n = RSA.n },
    ["RSA with e = 1"] = with(RSA, { e = encode("\1") }),
    ["RSA with an even e"] = with(RSA, { e = encode("\1\0\2") }),
    ["RSA with an empty e"] = with(RSA, { e = "" }),
    ["RSA with e = 0"] = with(RSA, { e = encode("\0") }),
    ["RSA with a zero before e"] = with(RSA, { e = encode("\0\1\0\1") }),
    ["RSA with a huge e"] = with(RSA, { e = encode(("\1"):rep(9)) }),
    ["RSA with 2047 bits"] = with(RSA, { n = encode("\127" .. long:sub(2)) }),
    ["RSA with 2040 bits"] = with(RSA, { n = encode(long:sub(2)) }),
    ["RSA with 4097 bits"] = with(RSA, { n = encode("\1" .. long .. long) }),
    ["RSA with 1 MB"] = with(RSA, { n = encode(("\255"):rep(1048576)) }),
    ["RSA with an even modulus"] = with(RSA, { n = encode(long:sub(1, -2) .. "\2") }),
    ["RSA with a zero before n"] = with(RSA, { n = encode("\0" .. long) }),
    ["RSA with a number as n"] = with(RSA, { n = 5 }),
  }
  for name, key in pairs(BAD) do
    it("is refused: " .. name, function()
      local read, cause = jwk.readPublicJwk(key)
      assert.is_nil(read)
      assert.is_string(cause)
    end)
  end

  it("is refused when its point is not on the curve", function()
    for _, key in ipairs({ with(EC, { y = EC.x }), with(EC, { x = P256_ZERO, y = P256_ZERO }), with(EC, { x = encode(("\255"):rep(32)) }) }) do
      local loaded, cause = jwk.loadPublicJwk((assert(jwk.readPublicJwk(key))))
      assert.is_nil(loaded)
      assert.is_string(cause)
    end
  end)

  it("of 2048 and of 4096 bits is read", function()
    assert.is_table(jwk.readPublicJwk(RSA))
    assert.is_table(jwk.readPublicJwk(with(RSA, { n = encode(long .. long) })))
  end)

  it("is loaded once", function()
    assert.equal(load(EC), load(EC))
  end)
end)

-- What is signed, of a compact JWS without its signature.
local function signed(text)
  local header, payload = text:match("^([^.]*)%.?(.*)$")
  return { header = header, payload = payload }
end

describe("signature", function()
  -- RFC 7515 appendices A.2 and A.3: the same payload.
  local PAYLOAD = "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ"
  local ES256_INPUT = "eyJhbGciOiJFUzI1NiJ9." .. PAYLOAD
  local ES256 = base64.decodeBase64url("DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q")
  local RS256_KEY = {
    kty = "RSA",
    e = "AQAB",
    n = "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRP"
      .. "EwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3q"
      .. "Co5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ",
  }
  local RS256_INPUT = "eyJhbGciOiJSUzI1NiJ9." .. PAYLOAD
  local RS256 = base64.decodeBase64url(
    "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4"
      .. "BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noO"
      .. "PqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw"
  )
  -- RFC 8037 appendix A.4.
  local EDDSA_INPUT = "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc"
  local EDDSA = base64.decodeBase64url("hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg")

  local VECTORS = {
    { "ES256", EC, ES256_INPUT, ES256 },
    { "RS256", RS256_KEY, RS256_INPUT, RS256 },
    { "EdDSA", ED, EDDSA_INPUT, EDDSA },
  }

  for _, vector in ipairs(VECTORS) do
    local algorithm, key, input, bytes = unpack(vector)

    it("of the RFC is good: " .. algorithm, function()
      assert.is_true(signature.verifySignature(load(key), algorithm, signed(input), bytes))
    end)

    it("is bad when a byte of it or of the text is another: " .. algorithm, function()
      for position = 1, #bytes, 7 do
        local other = bytes:sub(1, position - 1) .. string.char((bytes:byte(position) + 1) % 256) .. bytes:sub(position + 1)
        assert.is_false(signature.verifySignature(load(key), algorithm, signed(input), other))
      end
      assert.is_false(signature.verifySignature(load(key), algorithm, signed(input .. "A"), bytes))
      assert.is_false(signature.verifySignature(load(key), algorithm, signed(""), bytes))
    end)

    it("is bad with another length: " .. algorithm, function()
      for _, other in ipairs({ "", "\0", bytes .. "\0", "\0" .. bytes, bytes:sub(1, -2), bytes:sub(2), bytes .. bytes }) do
        assert.is_false(signature.verifySignature(load(key), algorithm, signed(input), other))
      end
    end)

    it("is bad under every other algorithm: " .. algorithm, function()
      for _, other in ipairs({ "ES256", "ES384", "ES512", "ES256K", "RS256", "RS384", "PS256", "EdDSA", "HS256", "none", "", "es256", "RS1" }) do
        if other ~= algorithm then
          assert.is_false(signature.verifySignature(load(key), other, signed(input), bytes))
        end
      end
    end)
  end

  it("is never good when r and s are zero", function()
    assert.is_false(signature.verifySignature(load(EC), "ES256", signed(ES256_INPUT), ("\0"):rep(64)))
    assert.is_false(signature.verifySignature(load(EC), "ES256", signed(ES256_INPUT), ("\255"):rep(64)))
  end)

  it("in DER is none of JOSE (RFC 7518 section 3.4)", function()
    assert.is_false(signature.verifySignature(load(EC), "ES256", signed(ES256_INPUT), "\48\68\2\32" .. ES256:sub(1, 32) .. "\2\32" .. ES256:sub(33)))
  end)

  it("knows the kinds of keys, and no algorithm that is symmetric or none", function()
    assert.equal("P-256", signature.keyKindOf("ES256"))
    assert.equal("RSA", signature.keyKindOf("PS256"))
    for _, algorithm in ipairs({ "none", "HS256", "HS384", "HS512", "" }) do
      assert.is_nil(signature.keyKindOf(algorithm))
    end
  end)

  -- NIST CAVP style check of leading zeros: 300 signatures hold r or s with a first byte of zero, or one above 127, many times over.
  it("of ours verifies, with short and long numbers alike", function()
    local private = assert(sign.loadPrivateKey(EC_PRIVATE))
    local public = load(EC)
    for number = 1, 300 do
      local text = assert(sign.signCompact({}, { number = number }, private, "ES256"))
      local parts = assert(jws.parseJws(text, 8192))
      assert.equal(64, #parts.signature)
      assert.is_true(signature.verifySignature(public, "ES256", parts.signed, parts.signature))
    end
  end)
end)

describe("signing", function()
  it("writes a compact JWS with our header and claims", function()
    local text = assert(sign.signCompact({ typ = "JWT" }, { iss = "a/b", iat = 1700000000, exp = 1700000060, list = { "a", "b" } }, "secret", "HS256"))
    local parts = assert(jws.parseJws(text, 8192))
    assert.same({ alg = "HS256", typ = "JWT" }, parts.header)
    assert.same({ iss = "a/b", iat = 1700000000, exp = 1700000060, list = { "a", "b" } }, parts.payload)
    assert.truthy(base64.decodeBase64url(text:match("%.([^.]+)%.")):find('"iat":1700000000', 1, true))
  end)

  it("with HS256 is HMAC-SHA-256", function()
    local secret = base64.decodeBase64url("AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow")
    local text = assert(sign.signCompact({}, { iss = "joe" }, secret, "HS256"))
    local parts = assert(jws.parseJws(text, 8192))
    -- RFC 2104: H(K xor opad, H(K xor ipad, text)).
    local sha256 = require("kong.plugins.token-introspection.sha256").sha256
    local function pad(byte)
      return ((secret .. ("\0"):rep(64 - #secret)):gsub(".", function(c)
        return string.char(require("bit").bxor(c:byte(), byte))
      end))
    end
    local inner = assert(sha256(pad(0x36) .. parts.signed.header .. "." .. parts.signed.payload))
    assert.equal((assert(sha256(pad(0x5c) .. inner))), parts.signature)
  end)

  for _, algorithm in ipairs({ "RS256", "PS256" }) do
    it("with a PEM key: " .. algorithm, function()
      local private = assert(sign.loadPrivateKey(RSA_PEM))
      assert.equal("RSA", private.kind)
      local text = assert(sign.signCompact({}, { iss = "a" }, private, algorithm))
      local parts = assert(jws.parseJws(text, 8192))
      local public = load({ kty = "RSA", n = RSA_N, e = "AQAB" })
      assert.equal(256, #parts.signature)
      assert.is_true(signature.verifySignature(public, algorithm, parts.signed, parts.signature))
      assert.is_false(signature.verifySignature(public, algorithm == "RS256" and "PS256" or "RS256", parts.signed, parts.signature))
    end)
  end

  describe("by default", function()
    local function saying(key, members)
      return (key:gsub("}$", "," .. members .. "}"))
    end

    for text, algorithm in pairs({
      [RSA_PEM] = "RS256",
      [PSS_PEM] = "PS256",
      [EC_PRIVATE] = "ES256",
      -- RFC 7517 section 4.4: the algorithm that the key is meant for.
      [saying(RSA_PRIVATE, '"alg":"PS256"')] = "PS256",
      [saying(RSA_PRIVATE, '"alg":"RS256"')] = "RS256",
      [saying(RSA_PRIVATE, '"alg":"RS512"')] = "RS256",
      [saying(RSA_PRIVATE, '"alg":7')] = "RS256",
    }) do
      it("is with " .. algorithm .. ": " .. text:sub(1, 30) .. ".." .. text:sub(-14), function()
        local private = assert(sign.loadPrivateKey(text))
        assert.equal(algorithm, private.algorithm)
        assert(sign.signCompact({}, { iss = "a" }, private, private.algorithm))
      end)
    end

    it("is read from the key alone where client_jwt_alg says nothing", function()
      local assertion = require("kong.plugins.token-introspection.client-assertion")
      local function algorithm_of(settings)
        settings.client_auth, settings.client_id = "private_key_jwt", "a"
        return assert(jws.parseJws(assert(assertion.makeAssertion(settings, "https://as.example")), 8192)).algorithm
      end
      assert.equal("PS256", algorithm_of({ client_jwk = saying(RSA_PRIVATE, '"alg":"PS256"') }))
      assert.equal("RS256", algorithm_of({ client_jwk = saying(RSA_PRIVATE, '"alg":"PS256"'), client_jwt_alg = "RS256" }))
    end)
  end)

  it("with a key for RSASSA-PSS is PS256, and nothing else (RFC 4055 section 1.2)", function()
    local private = assert(sign.loadPrivateKey(PSS_PEM))
    local parts = assert(jws.parseJws(assert(sign.signCompact({}, { iss = "a" }, private, "PS256")), 8192))
    local public = load({ kty = "RSA", n = PSS_N, e = "AQAB" })
    assert.is_true(signature.verifySignature(public, "PS256", parts.signed, parts.signature))
    assert.is_nil((sign.signCompact({}, { iss = "a" }, private, "RS256")))
  end)

  it("with a JWK names its kid", function()
    local private = assert(sign.loadPrivateKey(EC_PRIVATE))
    local text = assert(sign.signCompact({}, { iss = "a" }, private, "ES256"))
    assert.same({ alg = "ES256", kid = "our key" }, assert(jws.parseJws(text, 8192)).header)
  end)

  it("loads a key once", function()
    assert.equal((sign.loadPrivateKey(RSA_PEM)), (sign.loadPrivateKey(RSA_PEM)))
    assert.equal((sign.loadPrivateKey(EC_PRIVATE)), (sign.loadPrivateKey(EC_PRIVATE)))
  end)

  it("refuses an algorithm that is not the key's", function()
    local ec, rsa = assert(sign.loadPrivateKey(EC_PRIVATE)), assert(sign.loadPrivateKey(RSA_PEM))
    for _, case in ipairs({ { ec, "RS256" }, { ec, "PS256" }, { ec, "HS256" }, { rsa, "ES256" }, { rsa, "HS256" }, { "secret", "RS256" }, { "secret", "ES256" } }) do
      local text, cause = sign.signCompact({}, {}, case[1], case[2])
      assert.is_nil(text)
      assert.is_string(cause)
    end
  end)

  local BAD = {
    ["nothing"] = "",
    ["text"] = "secret",
    ["an unresolved reference"] = "{vault://env/key}",
    ["an empty PEM"] = "-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----\n",
    ["a cut PEM"] = RSA_PEM:sub(1, 400),
    ["a public JWK"] = '{"kty":"EC","crv":"P-256","x":"' .. EC.x .. '","y":"' .. EC.y .. '"}',
    ["a symmetric JWK"] = '{"kty":"oct","k":"AA"}',
    ["numbers in a JWK"] = '{"kty":"EC","crv":"P-256","x":1,"y":2,"d":"AA"}',
    ["a JWK with a name twice"] = EC_PRIVATE:gsub("}$", ',"d":"AA"}'),
    ["an array"] = "[" .. EC_PRIVATE .. "]",
  }
  for name, text in pairs(BAD) do
    it("refuses as a key: " .. name, function()
      local key, cause = sign.loadPrivateKey(text)
      assert.is_nil(key)
      assert.is_nil(cause:find(EC_D, 1, true))
    end)
  end
end)
