/** Stands in for resty.http_headers: header fields found in any case, kept in the case of their first appearance. */

/** Numbers, too, stand as values until they are sent. */
type Headers = Record<string, unknown>;

function create(): Headers {
  const spelling: LuaTable<string, string> = new LuaTable();
  return setmetatable(
    {} as Headers,
    {
      __index: (headers: Headers, name: string) => {
        const known = spelling.get(string.lower(name)) as string | undefined;
        return known === undefined ? undefined : rawget(headers, known);
      },
      __newindex: (headers: Headers, name: string, value: unknown) => {
        const lower = string.lower(name);
        const known = spelling.get(lower) as string | undefined;
        if (known === undefined) spelling.set(lower, name);
        rawset(headers, known ?? name, value);
      },
    } as never,
  );
}

const module = { new: create };

export = module;
