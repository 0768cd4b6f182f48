/** Which route a request takes, and the path that its service will see. */
import { normalize } from "../kong/pdk/uri";

interface Match {
  route: Route;
  service: Service | undefined;
  /** The path for the service, not yet escaped. */
  upstreamPath: string;
  /** What of the path the route matched. */
  prefix: string | undefined;
  captures: Record<string | number, string> | undefined;
}

interface PathRule {
  regex: boolean;
  text: string;
}

interface Candidate {
  route: Route;
  service: Service | undefined;
  paths: PathRule[] | undefined;
  methods: LuaSet<string> | undefined;
  protocols: LuaSet<string>;
  /** How many of hosts, methods and paths the route asks for: the more, the earlier it is tried. */
  criteria: number;
  plainHosts: boolean;
  regexPaths: boolean;
  longestPath: number;
  position: number;
}

type Router = Candidate[];

function setOf(list: string[]): LuaSet<string> {
  const set: LuaSet<string> = new LuaSet();
  for (const item of list) set.add(item);
  return set;
}

function newCandidate(route: Route, service: Service | undefined, position: number): Candidate {
  let regexPaths = false;
  let longestPath = 0;
  let paths: PathRule[] | undefined;
  if (route.paths !== undefined) {
    paths = [];
    for (const text of route.paths) {
      if (string.sub(text, 1, 1) === "~") {
        paths.push({ regex: true, text: `^${string.sub(text, 2)}` });
        regexPaths = true;
      } else {
        paths.push({ regex: false, text: normalize(text, true) });
        if (text.length > longestPath) longestPath = text.length;
      }
    }
    table.sort(paths, (a, b) => (a.regex !== b.regex ? a.regex : !a.regex && a.text.length > b.text.length));
  }
  let plainHosts = false;
  for (const host of route.hosts ?? []) {
    const [star] = string.find(host, "*", 1, true);
    if (star === undefined) plainHosts = true;
  }
  let criteria = 0;
  if (route.hosts !== undefined) criteria = criteria + 1;
  if (route.methods !== undefined) criteria = criteria + 1;
  if (route.paths !== undefined) criteria = criteria + 1;
  return {
    route,
    service,
    paths,
    methods: route.methods === undefined ? undefined : setOf(route.methods),
    protocols: setOf(route.protocols),
    criteria,
    plainHosts,
    regexPaths,
    longestPath,
    position,
  };
}

function before(a: Candidate, b: Candidate): boolean {
  if (a.criteria !== b.criteria) return a.criteria > b.criteria;
  if (a.plainHosts !== b.plainHosts) return a.plainHosts;
  if (a.regexPaths !== b.regexPaths) return a.regexPaths;
  if (a.regexPaths && a.route.regex_priority !== b.route.regex_priority)
    return a.route.regex_priority > b.route.regex_priority;
  if (a.longestPath !== b.longestPath) return a.longestPath > b.longestPath;
  return a.position < b.position;
}

function newRouter(routes: Route[], services: Record<string, Service | undefined>): Router {
  const router: Router = [];
  for (const route of routes) {
    const service = route.service === undefined ? undefined : services[route.service.id];
    if (service === undefined || service.enabled !== false) router.push(newCandidate(route, service, router.length));
  }
  table.sort(router, before);
  return router;
}

function hostMatches(rule: string, host: string, port: number): boolean {
  const [name, wanted] = string.match(rule, "^(.-):?(%d*)$");
  if (wanted !== undefined && wanted !== "" && tonumber(wanted) !== port) return false;
  const pattern = name ?? rule;
  if (string.sub(pattern, 1, 1) === "*")
    return string.sub(host, -(pattern.length - 1)) === string.sub(pattern, 2) && host.length >= pattern.length;
  if (string.sub(pattern, -1) === "*")
    return string.sub(host, 1, pattern.length - 1) === string.sub(pattern, 1, -2) && host.length >= pattern.length;
  return pattern === host;
}

function anyHost(rules: string[], host: string, port: number): boolean {
  for (const rule of rules) {
    if (hostMatches(string.lower(rule), host, port)) return true;
  }
  return false;
}

function matchPath(
  paths: PathRule[],
  path: string,
): LuaMultiReturn<[string | undefined, Record<string | number, string>?]> {
  for (const rule of paths) {
    if (!rule.regex) {
      if (string.sub(path, 1, rule.text.length) === rule.text) return $multi(rule.text);
    } else {
      const [found] = ngx.re.match(path, rule.text, "ajo");
      if (found !== undefined) {
        const whole = found[0] as string;
        const captures: Record<string | number, string> = {};
        for (const [key, value] of pairs(found)) {
          if (key !== 0 && value !== undefined && value !== false) captures[key] = value;
        }
        return $multi(whole, captures);
      }
    }
  }
  return $multi(undefined);
}

function endsInSlash(text: string): boolean {
  return string.sub(text, -1) === "/";
}

/** Kong's path_handling v0: the service's path and what is left of the request's, with one slash between. */
function upstreamPath(base: string, path: string, rest: string, strip: boolean): string {
  if (!strip) {
    if (endsInSlash(base)) return base + string.sub(path, 2);
    return path === "/" ? base : base + path;
  }
  if (rest === "") {
    if (!endsInSlash(base)) return path.length > 1 && endsInSlash(path) ? `${base}/` : base;
    return base === "/" || endsInSlash(path) ? base : string.sub(base, 1, -2);
  }
  const joined = string.sub(rest, 1, 1) === "/" ? rest : `/${rest}`;
  return (endsInSlash(base) ? string.sub(base, 1, -2) : base) + joined;
}

function accepts(candidate: Candidate, method: string, host: string, port: number, scheme: string): boolean {
  // A route for https only also takes http, to answer it with 426 or a redirect.
  if (!candidate.protocols.has(scheme) && !(scheme === "http" && candidate.protocols.has("https"))) return false;
  if (candidate.methods !== undefined && !candidate.methods.has(method)) return false;
  return candidate.route.hosts === undefined || anyHost(candidate.route.hosts, host, port);
}

function find(
  router: Router,
  method: string,
  host: string,
  port: number,
  scheme: string,
  uri: string,
): Match | undefined {
  const [mark] = string.find(uri, "?", 2, true);
  const path = normalize(mark === undefined ? uri : string.sub(uri, 1, mark - 1), true);
  for (const candidate of router) {
    if (accepts(candidate, method, host, port, scheme)) {
      let prefix: string | undefined;
      let captures: Record<string | number, string> | undefined;
      if (candidate.paths !== undefined) [prefix, captures] = matchPath(candidate.paths, path);
      if (candidate.paths === undefined || prefix !== undefined) {
        const { route, service } = candidate;
        const strip = route.strip_path && prefix !== undefined;
        const rest = prefix === undefined ? path : string.sub(path, prefix.length + 1);
        return {
          route,
          service,
          upstreamPath: upstreamPath(service?.path ?? "/", path, rest, strip),
          prefix: strip ? prefix : undefined,
          captures,
        };
      }
    }
  }
  return undefined;
}

export { Match, Router, find, newRouter };
