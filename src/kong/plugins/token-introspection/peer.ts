/**
 * Whether the peer may tell us things about the client that it forwards for: the TCP peer is in `trusted_ips`, and where PROXY protocol was
 * spoken, the client that it named is too, for behind an L4 balancer everybody has the balancer's address.
 */
function isPeerTrusted(this: void): boolean {
  const isTrusted = kong.ip.is_trusted;
  if (!isTrusted(kong.client.get_ip())) return false;
  const named = ngx.var.proxy_protocol_addr;
  return named === undefined || named === "" || isTrusted(named);
}

export { isPeerTrusted };
