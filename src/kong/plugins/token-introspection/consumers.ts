/** Kong's consumers, looked up by what a token calls them. */

/** Longest text that is looked up, in bytes: a key of Kong's cache has its limits, and a consumer a shorter name. */
const LONGEST_NAME = 4096;

/**
 * Seconds that "there is no such consumer" is remembered under a key of our own. A consumer is remembered for as long as Kong remembers its own, which
 * outlasts a database that is away.
 */
const OWN_KEY_MISS_TTL = 60;

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

type OwnName = "username" | "custom_id";

/** A key of which Kong knows nothing. */
function ownKey(this: void, by: OwnName, name: string): string {
  return "token_introspection:" + by + ":" + kong.db.consumers.cache_key(name);
}

function lookUnderOwnKey(this: void, by: OwnName, name: string, load: Loader): Found {
  const key = ownKey(by, name);
  const [found, message] = kong.cache.get(key, { neg_ttl: OWN_KEY_MISS_TTL }, load, name);
  if (found === undefined) return $multi(undefined, message);
  // Kong tells of a change by the consumer's id: what it has now counts.
  const [current, trouble] = look(found.id, loadById);
  if (trouble !== undefined || current?.[by] === name) return $multi(current, trouble);
  kong.cache.invalidate_local(key);
  return load(name);
}

/**
 * The consumer with this id, user name or custom_id, from Kong's cache or its database.
 * @returns undefined where there is none; the second value is there when it could not be looked up.
 */
export function findConsumer(this: void, by: OwnName | "id", name: string): Found {
  if (name.length > LONGEST_NAME) return $multi(undefined);
  if (by === "custom_id") return lookUnderOwnKey(by, name, loadByCustomId);
  // Under Kong's key a UUID stands for a consumer's id: a user name that looks like one must not be found, or missed, in its place.
  if (by === "username" && isUuid(name)) return lookUnderOwnKey(by, name, loadByUsername);
  if (by === "username") return look(name, loadByUsername);
  if (!isUuid(name)) return $multi(undefined);
  return look(name, loadById);
}

/** The consumer that a setting names by its id or its user name. @returns as `findConsumer`. */
export function findNamedConsumer(this: void, name: string): Found {
  return look(name, loadByIdOrUsername);
}

/** What Kong tells of a consumer that was made, changed or deleted. */
interface ConsumerEvent {
  readonly entity?: Kong.Consumer;
  readonly old_entity?: Kong.Consumer;
}

/** Forgets, on all nodes, what is remembered by the names of a consumer. */
function forgetNames(this: void, consumer: Kong.Consumer | undefined): void {
  if (consumer === undefined) return;
  // Of a consumer that comes from the database, what it has not is null.
  const { username, custom_id: customId } = consumer as { username?: unknown; custom_id?: unknown };
  if (typeof customId === "string") kong.cache.invalidate(ownKey("custom_id", customId));
  if (typeof username === "string" && isUuid(username)) kong.cache.invalidate(ownKey("username", username));
}

/** Listens for changes of consumers, which Kong tells to the worker that made them. Phase: init_worker. */
export function listenForConsumers(this: void): void {
  kong.worker_events.register(
    (data) => {
      const { entity, old_entity: former } = data as ConsumerEvent;
      forgetNames(entity);
      forgetNames(former);
    },
    "crud",
    "consumers",
  );
}
