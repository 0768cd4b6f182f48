/// <reference path="./http.d.ts" />
/// <reference path="./openssl.d.ts" />
/// <reference path="./cache.d.ts" />
/// <reference path="./cjson.d.ts" />
/// <reference path="./hash.d.ts" />
/// <reference path="./luajit.d.ts" />
