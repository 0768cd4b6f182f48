/** kong.vault: references to secrets. The gateway knows one vault, `env`: {vault://env/my-secret} is the environment variable MY_SECRET. */
import cjson = require("cjson.safe");
import { isReference } from "../db/schema";

interface Reference {
  name: string;
  resource: string;
  key?: string;
}

function parse(reference: unknown): LuaMultiReturn<[Reference | undefined, string?]> {
  if (!isReference(reference)) return $multi(undefined, `not a reference [${tostring(reference)}]`);
  const [name, resource, key] = string.match(reference as string, "^{vault://([^/]+)/([^/?#}]+)/?([^?#}]*)[^}]*}$");
  if (name === undefined) return $multi(undefined, `unable to parse reference [${tostring(reference)}]`);
  return $multi({ name, resource, key: key === "" ? undefined : key });
}

function get(reference: string): LuaMultiReturn<[string | undefined, string?]> {
  const [parsed, err] = parse(reference);
  if (parsed === undefined) return $multi(undefined, err);
  if (parsed.name !== "env") return $multi(undefined, `vault not found (${parsed.name}) [${reference}]`);
  const [variable] = string.gsub(string.upper(parsed.resource), "-", "_");
  const value = os.getenv(variable);
  if (value === undefined) return $multi(undefined, "could not get value from external vault (no value found)");
  if (parsed.key === undefined) return $multi(value);
  const [json] = cjson.decode(value);
  const inner = type(json) === "table" ? (json as Dict)[parsed.key] : undefined;
  if (inner === undefined) return $multi(undefined, `subfield ${parsed.key} not found in JSON secret [${reference}]`);
  return $multi(tostring(inner));
}

/** The environment never changes under a running worker, so there is nothing to rotate. */
function update(options: unknown): unknown {
  return options;
}

function newVault(): Kong["vault"] {
  return {
    get,
    is_reference: isReference,
    parse_reference: parse,
    update,
    try: (callback: (this: void, options: unknown) => LuaMultiReturn<[unknown, string?]>, options: unknown) =>
      callback(options),
    flush: () => undefined,
    warmup: () => undefined,
  };
}

export { newVault };
