/** The bodies of kong.response.error by media type, and the choice between them by the client's Accept header. */

interface Page {
  mime: string;
  template: string;
}

const JSON_PAGE: Page = {
  mime: "application/json; charset=utf-8",
  template: '{\n  "message":"%s",\n  "request_id":"%s"\n}',
};
const PLAIN_PAGE: Page = { mime: "text/plain; charset=utf-8", template: "%s\nrequest_id: %s\n" };
const HTML_PAGE: Page = {
  mime: "text/html; charset=utf-8",
  template:
    '<!doctype html>\n<html>\n  <head>\n    <meta charset="utf-8">\n    <title>Error</title>\n  </head>\n  <body>\n    <h1>Error</h1>\n    <p>%s.</p>\n    <p>request_id: %s</p>\n  </body>\n</html>\n',
};
const XML_PAGE: Page = {
  mime: "application/xml; charset=utf-8",
  template:
    '<?xml version="1.0" encoding="UTF-8"?>\n<error>\n  <message>%s</message>\n  <requestid>%s</requestid>\n</error>\n',
};
const GRPC_PAGE: Page = { mime: "", template: "" };

const PAGES: LuaTable<string, Page> = new LuaTable();
PAGES.set("application/json", JSON_PAGE);
PAGES.set("application/*", JSON_PAGE);
PAGES.set("*/*", JSON_PAGE);
PAGES.set("text/html", HTML_PAGE);
PAGES.set("text/plain", PLAIN_PAGE);
PAGES.set("text/*", PLAIN_PAGE);
PAGES.set("application/xml", XML_PAGE);
PAGES.set("application/grpc", GRPC_PAGE);

const MESSAGES: LuaTable<number, string> = new LuaTable();
function message(status: number, text: string): void {
  MESSAGES.set(status, text);
}
message(400, "Bad request");
message(401, "Unauthorized");
message(402, "Payment required");
message(403, "Forbidden");
message(404, "Not found");
message(405, "Method not allowed");
message(406, "Not acceptable");
message(407, "Proxy authentication required");
message(408, "Request timeout");
message(409, "Conflict");
message(410, "Gone");
message(411, "Length required");
message(412, "Precondition failed");
message(413, "Payload too large");
message(414, "URI too long");
message(415, "Unsupported media type");
message(416, "Range not satisfiable");
message(417, "Expectation failed");
message(418, "I'm a teapot");
message(421, "Misdirected request");
message(422, "Unprocessable entity");
message(423, "Locked");
message(424, "Failed dependency");
message(425, "Too early");
message(426, "Upgrade required");
message(428, "Precondition required");
message(429, "Too many requests");
message(431, "Request header fields too large");
message(451, "Unavailable for legal reasons");
message(494, "Request header or cookie too large");
message(500, "An unexpected error occurred");
message(501, "Not implemented");
message(502, "An invalid response was received from the upstream server");
message(503, "The upstream server is currently unavailable");
message(504, "The upstream server is timing out");
message(505, "HTTP version not supported");
message(506, "Variant also negotiates");
message(507, "Insufficient storage");
message(508, "Loop detected");
message(510, "Not extended");
message(511, "Network authentication required");

function defaultMessage(status: number): string {
  return (MESSAGES.get(status) as string | undefined) ?? string.format("The upstream server responded with %d", status);
}

/** The media type that the client likes best, JSON when it does not say. */
function choose(accept: HeaderValue | undefined): Page {
  if (accept === undefined) return JSON_PAGE;
  const text = typeof accept === "string" ? accept : table.concat(accept, ",");
  let best = JSON_PAGE;
  let highest = 0;
  for (const [part] of string.gmatch(text, "[^,]+")) {
    const [media] = string.match(string.lower(part), "^%s*([%w%*][%w!#$&^_%.+%-]*/[%w%*][%w!#$&^_%.+%-]*)");
    if (media !== undefined) {
      const [quality] = string.match(part, ";%s*[qQ]%s*=%s*([01]%.?%d*)");
      const weight = quality === undefined ? 1 : (tonumber(quality) ?? 1);
      if (weight > highest) {
        highest = weight;
        best = (PAGES.get(media) as Page | undefined) ?? JSON_PAGE;
      }
    }
  }
  return best;
}

/** The page for a Content-Type that a plugin has set itself. */
function pageFor(contentType: string): Page {
  const [media] = string.match(string.lower(contentType), "^%s*([^;%s]+)");
  return (PAGES.get(media ?? "") as Page | undefined) ?? JSON_PAGE;
}

export { choose, defaultMessage, pageFor };
