/** The wire form of refusals: the only file that knows it. */

const { find } = string;

/** Kong itself takes a request for gRPC by these two. It then needs the message alone: with a Content-Type of JSON grpc-status is lost. */
function isGrpc(): boolean {
  const [prefix] = find(ngx.var.content_type ?? "", "application/grpc", 1, true);
  return prefix === 1 && ngx.req.http_version() === 2;
}

function refuse(status: number, description: string): void {
  if (isGrpc()) return kong.response.exit(status, description);
  const body = `{"error":"invalid_request", "error_description": "${description}"}`;
  return kong.response.exit(status, body, { "Content-Type": "application/json" });
}

/** Answers a client without a certificate that passes. */
export function refuseCertificate(status: number): void {
  return refuse(status, "mTLS client not provided or invalid");
}

/** Answers a request whose Connection header names a header that the plugin sets. */
export function refuseConnectionHeader(): void {
  return refuse(400, "The Connection header names a header that the gateway sets");
}
