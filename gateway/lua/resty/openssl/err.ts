/** Stands in for resty.openssl.err. */
import { formatError } from "./libcrypto";

const module = { format_error: formatError };

export = module;
