return {
  name = "e2e-meddler",
  fields = { { config = { type = "record", fields = {} } } },
}
