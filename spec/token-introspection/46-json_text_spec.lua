local json_text = require("kong.plugins.token-introspection.json-text")

describe("the text of a member", function()
  for text, expected in pairs({
    ['{"a":1}'] = "1",
    ['{ "a" : -1.5e3 , "b":2}'] = "-1.5e3",
    ['{"b":2,"a":true}'] = "true",
    ['{"b":{"a":1},"a":null\n}'] = "null",
    ['{"b":"a","a":"x,}]\\"\\\\"}'] = '"x,}]\\"\\\\"',
    ['{"b":"\\"","a":{"c":"}","d":[{"e":"]"}]},"f":1}'] = '{"c":"}","d":[{"e":"]"}]}',
    ['{"b":[],"c":{},"":"","a":[ [ ], {} ]}'] = "[ [ ], {} ]",
    ['{"\\u0061":"by its escaped name"}'] = '"by its escaped name"',
    ['{"\\\\u0061":1,"a":2}'] = "2",
    ['{"ab":1,"a":2}'] = "2",
    ['{"a":""}'] = '""',
  }) do
    it("is as it stands: " .. text, function()
      assert.equal(expected, json_text.memberText(text, "a"))
    end)
  end

  for _, text in ipairs({ "{}", '{"b":"a"}', '{"b":{"a":1}}', '{"b":["a"]}', '{"A":1}', '{"\\u0062":"a"}' }) do
    it("is none: " .. text, function()
      assert.is_nil(json_text.memberText(text, "a"))
    end)
  end
end)
