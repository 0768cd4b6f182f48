return {
  name = "bench-floor",
  fields = {
    {
      config = {
        type = "record",
        fields = {
          { headers = { type = "map", keys = { type = "string" }, values = { type = "string" }, required = true } },
        },
      },
    },
  },
}
