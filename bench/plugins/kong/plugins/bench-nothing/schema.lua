return {
  name = "bench-nothing",
  fields = { { config = { type = "record", fields = {} } } },
}
