std = "ngx_lua"
globals = { "kong" }
max_line_length = false
-- The transpiler names an unused self or a discarded value; it also sets a local that is read in one branch only.
ignore = { "212/self", "212/____.*", "211/____.*", "311", "213" }
files["spec"] = { std = "ngx_lua+busted" }
files["gateway/test"] = { std = "ngx_lua+busted" }
