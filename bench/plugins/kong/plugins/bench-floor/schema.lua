return {
  name = "bench-floor",
  fields = {
    {
      config = {
        type = "record",
        fields = {
          { headers = { type = "map", keys = { type = "string" }, values = { type = "string" }, required = true } },
          { clear = { type = "array", elements = { type = "string" }, default = { "Authorization" } } },
          -- What bench-signature is told, where a signature is to be checked. A record would be there, empty, in every configuration.
          { signature = { type = "map", keys = { type = "string" }, values = { type = "string" } } },
          -- Its public key, and the dictionary in which used ones are remembered.
          { proof = { type = "map", keys = { type = "string" }, values = { type = "string" } } },
        },
      },
    },
  },
}
