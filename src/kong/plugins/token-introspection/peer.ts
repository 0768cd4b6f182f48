interface Listener {
  readonly port?: number;
  readonly proxy_protocol?: boolean;
}

/** Ports, as text, on which Kong expects PROXY protocol. */
let ports: LuaSet<string> | undefined;

function portsOf(this: void, listeners: readonly Listener[] | undefined): LuaSet<string> {
  const found = new LuaSet<string>();
  for (const { port, proxy_protocol: spoken } of listeners ?? []) {
    if (spoken === true && port !== undefined) found.add(string.format("%d", port));
  }
  return found;
}

/** Whether the connection came in by PROXY protocol. It may name nobody (`PROXY UNKNOWN`, `LOCAL`), and nginx then knows no address. */
function speaksProxyProtocol(this: void): boolean {
  ports = ports ?? portsOf(kong.configuration.proxy_listeners as readonly Listener[] | undefined);
  return ports.has(ngx.var.server_port);
}

/**
 * Whether the peer may tell us things about the client that it forwards for: the TCP peer is in `trusted_ips`, and where PROXY protocol was
 * spoken, the client that it named is too, for behind an L4 balancer everybody has the balancer's address.
 */
function isPeerTrusted(this: void): boolean {
  const isTrusted = kong.ip.is_trusted;
  if (!isTrusted(kong.client.get_ip())) return false;
  const named = ngx.var.proxy_protocol_addr;
  if (named === undefined || named === "") return !speaksProxyProtocol();
  return isTrusted(named);
}

export { isPeerTrusted };
