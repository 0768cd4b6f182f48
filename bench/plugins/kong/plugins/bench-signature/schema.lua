return {
  name = "bench-signature",
  fields = {
    {
      config = {
        type = "record",
        fields = {
          { public_key = { type = "string", required = true } },
          { signature = { type = "string", required = true } },
          { signed = { type = "string", required = true } },
        },
      },
    },
  },
}
