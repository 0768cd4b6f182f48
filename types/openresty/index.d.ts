/// <reference path="./ngx.d.ts" />
/// <reference path="./modules.d.ts" />
