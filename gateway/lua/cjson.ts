/** cjson as in OpenResty: errors are raised. */
import { openNative, wrap } from "./cjson/instance";

const module = wrap(openNative("luaopen_cjson"));

export = module;
