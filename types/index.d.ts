/// <reference path="./openresty/index.d.ts" />
/// <reference path="./resty/index.d.ts" />
/// <reference path="./kong/index.d.ts" />
