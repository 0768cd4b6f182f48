/** cjson.safe as in OpenResty: errors are returned. */
import { Native, openNative, wrap } from "./instance";

type Result = LuaMultiReturn<[string | undefined, string?]>;

/** What is raised around the native encoder is returned as well. */
function returning(instance: Dict): Dict {
  const { encode } = instance as { encode: (this: void, value: unknown) => Result };
  const protectedCall = pcall as unknown as (
    this: void,
    fn: unknown,
    value: unknown,
  ) => LuaMultiReturn<[boolean, string | undefined, string?]>;
  const create = instance.new as (this: void) => Dict;
  instance.encode = (value: unknown): Result => {
    const [ok, text, err] = protectedCall(encode, value);
    if (!ok) return $multi(undefined, text);
    return $multi(text, err);
  };
  instance.new = () => returning(create());
  return instance;
}

const native: Native = openNative("luaopen_cjson_safe");
const module = returning(wrap(native));

export = module;
