/**
 * Events between the workers of one nginx, through the shared dictionary `kong_cluster_events`: each event has a number, and each worker runs those that it
 * has not seen yet, ten times a second. On Kong this is lua-resty-events; only the time that it takes differs.
 */
const POLL_SECONDS = 0.1;
const KEPT_SECONDS = 60;
const SEQUENCE = "sequence";

type Handler = (this: void, data: string) => void;

const handlers: LuaTable<string, Handler[]> = new LuaTable();
let seen = 0;

function dictionary(): SharedDict | undefined {
  return ngx.shared.kong_cluster_events;
}

function subscribe(channel: string, handler: Handler): void {
  const list = handlers.get(channel) as Handler[] | undefined;
  if (list === undefined) handlers.set(channel, [handler]);
  else list.push(handler);
}

/** Tells every other worker; the sender has done its own part already. */
function broadcast(channel: string, data: string): void {
  const dict = dictionary();
  if (dict === undefined) return;
  const [number] = dict.incr(SEQUENCE, 1, 0);
  if (number === undefined) return;
  dict.set(`event:${number}`, `${ngx.worker.pid()}\n${channel}\n${data}`, KEPT_SECONDS);
}

function poll(premature: boolean): void {
  const dict = dictionary();
  if (premature || dict === undefined) return;
  const [last] = dict.get(SEQUENCE);
  if (typeof last !== "number") return;
  while (seen < last) {
    seen = seen + 1;
    const [event] = dict.get(`event:${seen}`);
    if (typeof event === "string") {
      const [sender, channel, data] = string.match(event, "^(%d+)\n([^\n]*)\n(.*)$");
      const list = handlers.get(channel ?? "") as Handler[] | undefined;
      if (list !== undefined && tonumber(sender) !== ngx.worker.pid()) {
        for (const handler of list) handler(data ?? "");
      }
    }
  }
}

/** Starts listening; what was sent before is not for this worker. */
function start(): void {
  const dict = dictionary();
  if (dict === undefined) return;
  const [last] = dict.get(SEQUENCE);
  seen = typeof last === "number" ? last : 0;
  ngx.timer.every(POLL_SECONDS, poll);
}

export { broadcast, start, subscribe };
