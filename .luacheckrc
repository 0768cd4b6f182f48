std = "ngx_lua"
globals = { "kong" }
max_line_length = false
-- The transpiler names an unused self and discarded values, sets a local that is read in one branch only, and negates whole comparisons.
ignore = { "212/self", "212/____.*", "211/____.*", "4../____", "311", "213", "581", "582" }
files["spec"] = { std = "ngx_lua+busted" }
files["gateway/test"] = { std = "ngx_lua+busted" }
