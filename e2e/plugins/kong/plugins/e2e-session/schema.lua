return {
  name = "e2e-session",
  fields = { { config = { type = "record", fields = {} } } },
}
