return {
  name = "bench-gauge",
  fields = { { config = { type = "record", fields = {} } } },
}
