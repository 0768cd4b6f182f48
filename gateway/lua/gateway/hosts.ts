/**
 * Kong's cosockets read the hosts file; nginx's do not. Here they learn to: a host name that the hosts file knows is replaced by its address when a socket
 * connects. Any other name goes to nginx's resolver.
 */
function readHosts(): LuaTable<string, string> {
  const hosts: LuaTable<string, string> = new LuaTable();
  hosts.set("localhost", "127.0.0.1");
  const [file] = io.open("/etc/hosts", "r");
  if (file === undefined) return hosts;
  for (const [line] of file.lines()) {
    const [text] = string.match(tostring(line), "^[^#]*");
    const [address, names] = string.match(text ?? "", "^%s*(%d+%.%d+%.%d+%.%d+)%s+(.*)$");
    if (address !== undefined) {
      for (const [name] of string.gmatch(names, "%S+")) {
        if (!hosts.has(string.lower(name))) hosts.set(string.lower(name), address);
      }
    }
  }
  file.close();
  return hosts;
}

type Connect = (this: Socket, host: string, ...rest: unknown[]) => LuaMultiReturn<[number | undefined, string?]>;

/** A connect that asks the hosts file first. */
function connectByHosts(original: Connect, hosts: LuaTable<string, string>): Connect {
  return function (this: Socket, host: string, ...rest: unknown[]) {
    const address = typeof host === "string" ? (hosts.get(string.lower(host)) as string | undefined) : undefined;
    return original.call(this, address ?? host, ...rest);
  };
}

/**
 * Changes ngx.socket.tcp. Called once, before any plugin is loaded, for plugins keep the function. All sockets share their methods, which are reached
 * through the first socket: none can be made while nginx starts.
 */
function patchSockets(): void {
  const original = ngx.socket.tcp;
  const hosts = readHosts();
  let patched = false;
  ngx.socket.tcp = () => {
    const [socket, err] = original();
    if (socket !== undefined && !patched) {
      const metatable = getmetatable(socket) as unknown as { __index: { connect: Connect } };
      metatable.__index.connect = connectByHosts(metatable.__index.connect, hosts);
      patched = true;
    }
    return $multi(socket, err);
  };
}

export { patchSockets };
