/** Debian calls this module nginx.random. */
const module = require("nginx.random");

export = module;
