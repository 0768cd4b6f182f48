/** Debian calls this module nginx.string. */
const module = require("nginx.string");

export = module;
