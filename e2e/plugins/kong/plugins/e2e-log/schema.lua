return {
  name = "e2e-log",
  fields = {
    { config = { type = "record", fields = { { path = { type = "string", required = true } } } } },
  },
}
