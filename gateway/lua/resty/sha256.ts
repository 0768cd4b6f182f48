/** Debian calls this module nginx.sha256. */
const module = require("nginx.sha256");

export = module;
