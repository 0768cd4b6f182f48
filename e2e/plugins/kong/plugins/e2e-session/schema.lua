return {
  name = "e2e-session",
  fields = { { config = { type = "record", fields = { { as_oauth2 = { type = "boolean", default = false } } } } } },
}
