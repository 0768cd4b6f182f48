import * as constants from "kong.constants";
import type { Plan } from "./plan";
import { type Refusal, refusal } from "./refusal";
import type { Config } from "./settings";
import type { Standing } from "./standing";
import { clearSpoofable } from "./upstream";

const HEADERS = constants.HEADERS;

/** Longest text that is looked up, in bytes: a key of Kong's cache has its limits, and a consumer a shorter name. */
const LONGEST_NAME = 4096;

/** Seconds that a consumer is remembered under a key of our own: Kong tells of a change by the keys of id and user name only. */
const OWN_KEY_TTL = 60;
/** Seconds that "there is no such consumer" is. */
const OWN_KEY_MISS_TTL = 5;

type Found = LuaMultiReturn<[Kong.Consumer | undefined, (string | undefined)?]>;
type Loader = (this: void, name: string) => Found;

function errorText(this: void, message: unknown): string | undefined {
  return message === undefined ? undefined : tostring(message);
}

const loadByUsername: Loader = (name) => {
  const [consumer, message] = kong.db.consumers.select_by_username(name);
  return $multi(consumer, errorText(message));
};

const loadByCustomId: Loader = (name) => {
  const [consumer, message] = kong.db.consumers.select_by_custom_id(name);
  return $multi(consumer, errorText(message));
};

const loadById: Loader = (name) => {
  const [consumer, message] = kong.client.load_consumer(name);
  return $multi(consumer, errorText(message));
};

const loadByIdOrUsername: Loader = (name) => {
  const [consumer, message] = kong.client.load_consumer(name, true);
  return $multi(consumer, errorText(message));
};

function isUuid(this: void, text: string): boolean {
  return (
    string.match(text, "^%x%x%x%x%x%x%x%x%-%x%x%x%x%-%x%x%x%x%-%x%x%x%x%-%x%x%x%x%x%x%x%x%x%x%x%x$")[0] !== undefined
  );
}

/** Kong invalidates what is kept under this key when the consumer with this id or username changes, so it stays as long as Kong's own look-ups. */
function look(this: void, name: string, load: Loader): Found {
  const [consumer, message] = kong.cache.get(kong.db.consumers.cache_key(name), undefined, load, name);
  return $multi(consumer, message);
}

/** Looks under a key of our own, of which Kong knows nothing. */
function lookUnderOwnKey(this: void, by: "username" | "custom_id", name: string, load: Loader): Found {
  const key = "token_introspection:" + by + ":" + kong.db.consumers.cache_key(name);
  const options = { ttl: OWN_KEY_TTL, neg_ttl: OWN_KEY_MISS_TTL, resurrect_ttl: 0.001 };
  const [found, message] = kong.cache.get(key, options, load, name);
  if (found === undefined) return $multi(undefined, message);
  // Kong tells of a change by the consumer's id: what it has now counts.
  const [current, trouble] = look(found.id, loadById);
  if (trouble !== undefined || current?.[by] === name) return $multi(current, trouble);
  kong.cache.invalidate_local(key);
  return load(name);
}

function findConsumer(this: void, by: "username" | "custom_id" | "id", name: string): Found {
  if (name.length > LONGEST_NAME) return $multi(undefined);
  if (by === "custom_id") return lookUnderOwnKey(by, name, loadByCustomId);
  // Under Kong's key a UUID stands for a consumer's id: a user name that looks like one must not be found, or missed, in its place.
  if (by === "username" && isUuid(name)) return lookUnderOwnKey(by, name, loadByUsername);
  if (by === "username") return look(name, loadByUsername);
  if (!isUuid(name)) return $multi(undefined);
  return look(name, loadById);
}

function setOrClear(this: void, header: string, value: string | undefined): void {
  if (value === undefined || (value as unknown) === ngx.null) kong.service.request.clear_header(header);
  else kong.service.request.set_header(header, value);
}

function setConsumerHeaders(this: void, consumer: Kong.Consumer, credentialId: string | undefined): void {
  setOrClear(HEADERS.CONSUMER_ID, consumer.id);
  setOrClear(HEADERS.CONSUMER_CUSTOM_ID, consumer.custom_id);
  setOrClear(HEADERS.CONSUMER_USERNAME, consumer.username);
  setOrClear(HEADERS.CREDENTIAL_IDENTIFIER, credentialId);
}

function mapConsumer(
  this: void,
  config: Config,
  standing: Standing,
): LuaMultiReturn<[Kong.Consumer | undefined, Refusal?]> {
  const name = standing.consumerName;
  if (name !== undefined && name !== "") {
    for (const by of config.consumer_by) {
      const [consumer, message] = findConsumer(by, name);
      if (message !== undefined)
        return $multi(undefined, refusal("unexpected", "the consumer could not be looked up: " + message));
      if (consumer !== undefined) return $multi(consumer);
    }
  }
  if (config.consumer_optional) return $multi(undefined);
  return $multi(undefined, refusal("consumer_not_found", "consumer_claim: there is no consumer for the token"));
}

/**
 * Tells Kong who the caller is: consumer, credential, groups. A consumer that another plugin authenticated stays when we map none.
 * @param headers all headers of the request, names in lower case.
 * @param authenticated another plugin has authenticated the request.
 * @returns undefined, or why the request may not pass.
 */
export function identify(
  this: void,
  config: Config,
  plan: Plan,
  standing: Standing,
  headers: OpenResty.Headers,
  authenticated: boolean,
): Refusal | undefined {
  if (plan.consumerClaim !== undefined) {
    const [consumer, refused] = mapConsumer(config, standing);
    if (refused !== undefined) return refused;
    if (consumer !== undefined) {
      // What stood there was another plugin's consumer, or the client's.
      if (authenticated) clearSpoofable(headers, plan.upstream, false);
      kong.client.authenticate(consumer, credentialFor(standing, consumer));
      setConsumerHeaders(consumer, standing.credentialHeader);
      kong.service.request.clear_header(HEADERS.ANONYMOUS);
      setGroups(standing);
      return undefined;
    }
  }
  if (!authenticated) {
    kong.client.authenticate(undefined, { id: standing.credentialId } as object as Kong.Credential);
  }
  setGroups(standing);
  return undefined;
}

function credentialFor(this: void, standing: Standing, consumer: Kong.Consumer): Kong.Credential {
  return {
    id: standing.credentialId,
    consumer_id: consumer.id,
    consumer: { id: consumer.id },
  } as unknown as Kong.Credential;
}

function setGroups(this: void, standing: Standing): void {
  if (standing.groups === undefined) return;
  // A list of the request's own: other plugins may add to it, and the standing is every request's.
  const groups: string[] = [];
  for (const group of standing.groups) groups.push(group);
  kong.ctx.shared.authenticated_groups = groups;
  setOrClear(HEADERS.AUTHENTICATED_GROUPS, standing.groupsHeader);
}

/**
 * Uses the consumer of the setting `anonymous` (id or username) in place of a refusal.
 * @returns undefined, or why there is no such consumer: the administrator's mistake, not the caller's.
 */
export function becomeAnonymous(this: void, anonymous: string): Refusal | undefined {
  const [consumer, message] = look(anonymous, loadByIdOrUsername);
  if (message !== undefined) return refusal("unexpected", "the anonymous consumer could not be looked up: " + message);
  if (consumer === undefined) return refusal("unexpected", "anonymous: there is no such consumer");
  kong.client.authenticate(consumer);
  setConsumerHeaders(consumer, undefined);
  kong.service.request.set_header(HEADERS.ANONYMOUS, true);
  return undefined;
}
