import { decodeJson, isArray } from "./claims";
import { isAmbiguous } from "./json";
import { isUtf8 } from "./utf8";

const find = string.find;

/**
 * Reads a JSON object as strictly as RFC 8259 is written: what two readers could understand differently is refused.
 * @returns its members; or undefined and what is wrong, fit for a log.
 */
export function parseObject(this: void, text: string): LuaMultiReturn<[Cjson.JsonObject] | [undefined, string]> {
  if (text === "") return $multi(undefined, "it is empty");
  // The decoder takes a NUL for the end.
  if (find(text, "\0", 1, true)[0] !== undefined) return $multi(undefined, "it holds a NUL");
  if (!isUtf8(text)) return $multi(undefined, "it is not UTF-8");
  const [value] = decodeJson(text);
  if (value === undefined) return $multi(undefined, "it is not JSON");
  if (type(value) !== "table" || isArray(value)) return $multi(undefined, "it is no JSON object");
  if (isAmbiguous(text))
    return $multi(
      undefined,
      "it names a member twice, or has a control character in a string or a number that is none",
    );
  return $multi(value as Cjson.JsonObject);
}
