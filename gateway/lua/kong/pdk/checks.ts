/** The checks of header names and values that several PDK functions share, with Kong's error texts. */

/** nginx would drop an empty header value: Kong sends one blank instead. */
function nonEmpty(value: unknown): unknown {
  return value === "" ? " " : value;
}

/** A header value in the form that ngx_lua takes: a string, or several. */
function normalizeMultiHeader(value: unknown): unknown {
  if (typeof value === "string") return nonEmpty(value);
  if (type(value) === "table") {
    const list: unknown[] = [];
    for (const [, item] of ipairs(value as unknown[])) list.push(nonEmpty(item));
    return list;
  }
  return tostring(value);
}

function validateHeader(name: unknown, value: unknown): void {
  if (typeof name !== "string") {
    error(string.format("invalid header name %q: got %s, expected string", tostring(name), type(name)), 3);
  }
  const kind = type(value);
  if (kind === "string" || kind === "number" || kind === "boolean") return;
  if (kind !== "table") {
    error(
      string.format(
        "invalid header value for %q: got %s, expected array of string, string, number or boolean",
        name,
        kind,
      ),
      3,
    );
  }
  for (const [, item] of ipairs(value as unknown[])) {
    if (type(item) !== "string") {
      error(string.format("invalid header value in array %q: got %s, expected string", name, type(item)), 3);
    }
  }
}

function validateHeaders(headers: unknown): void {
  if (type(headers) !== "table") error("headers must be a table", 3);
  for (const [name, value] of pairs(headers as Dict)) {
    if (type(name) !== "string") {
      error(string.format("invalid header name %q: got %s, expected string", tostring(name), type(name)), 3);
    }
    const kind = type(value);
    if (kind === "table") {
      for (const [, item] of ipairs(value as unknown[])) {
        if (type(item) !== "string") {
          error(string.format("invalid header value in array %q: got %s, expected string", name, type(item)), 3);
        }
      }
    } else if (kind !== "string" && kind !== "number" && kind !== "boolean") {
      error(
        string.format(
          "invalid header value for %q: got %s, expected string, number, boolean or array of strings",
          name,
          kind,
        ),
        3,
      );
    }
  }
}

/** Transfer-Encoding is nginx's own: a plugin cannot set it. */
function isTransferEncoding(name: string): boolean {
  const lower = string.lower(name);
  return lower === "transfer-encoding" || lower === "transfer_encoding";
}

export { isTransferEncoding, normalizeMultiHeader, validateHeader, validateHeaders };
