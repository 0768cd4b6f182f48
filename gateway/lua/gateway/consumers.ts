/** kong.db.consumers and what belongs to consumers: their groups and keys, all from kong.yml and in memory. */
interface Credential extends Dict {
  id: string;
  consumer: { id: string };
}

interface ConsumerData {
  consumers: Consumer[];
  acls: (Credential & { group: string })[];
  keys: (Credential & { key: string })[];
}

interface ConsumerIndex {
  byId: LuaTable<string, Consumer>;
  byUsername: LuaTable<string, Consumer>;
  byCustomId: LuaTable<string, Consumer>;
  groups: LuaTable<string, string[]>;
  keys: LuaTable<string, Credential>;
}

let index: ConsumerIndex | undefined;

function current(): ConsumerIndex {
  if (index === undefined) error("kong.db is not ready");
  return index;
}

function replace(data: ConsumerData): void {
  const next_: ConsumerIndex = {
    byId: new LuaTable(),
    byUsername: new LuaTable(),
    byCustomId: new LuaTable(),
    groups: new LuaTable(),
    keys: new LuaTable(),
  };
  for (const consumer of data.consumers) {
    consumer.created_at = ngx.time();
    consumer.updated_at = ngx.time();
    next_.byId.set(consumer.id, consumer);
    if (consumer.username !== undefined) next_.byUsername.set(consumer.username, consumer);
    if (consumer.custom_id !== undefined) next_.byCustomId.set(consumer.custom_id, consumer);
  }
  for (const acl of data.acls) {
    const list = next_.groups.get(acl.consumer.id) as string[] | undefined;
    if (list === undefined) next_.groups.set(acl.consumer.id, [acl.group]);
    else list.push(acl.group);
  }
  for (const credential of data.keys) next_.keys.set(credential.key, credential);
  index = next_;
}

type Found = LuaMultiReturn<[Consumer | undefined, string?, Dict?]>;

function copyOf(consumer: Consumer | undefined): Consumer | undefined {
  if (consumer === undefined) return undefined;
  const copy: Dict = {};
  for (const [key, value] of pairs(consumer)) copy[key as string] = value;
  return copy as Consumer;
}

/** kong.db.consumers: reads give a copy, as from a database. */
const consumers = {
  select(this: unknown, primaryKey: { id?: string }): Found {
    if (type(primaryKey) !== "table" || typeof primaryKey.id !== "string") error("primary_key must be a table", 2);
    return $multi(copyOf(current().byId.get(primaryKey.id)));
  },
  select_by_username(this: unknown, username: string): Found {
    if (typeof username !== "string") error("username must be a string", 2);
    return $multi(copyOf(current().byUsername.get(username)));
  },
  select_by_custom_id(this: unknown, customId: string): Found {
    if (typeof customId !== "string") error("custom_id must be a string", 2);
    return $multi(copyOf(current().byCustomId.get(customId)));
  },
  select_by_username_ignore_case(this: unknown, username: string): LuaMultiReturn<[Consumer[]]> {
    const found: Consumer[] = [];
    for (const [name, consumer] of current().byUsername) {
      if (string.lower(name) === string.lower(username)) found.push(consumer);
    }
    return $multi(found);
  },
  cache_key(this: unknown, key: string | { id: string }): string {
    const id = typeof key === "string" ? key : key.id;
    return `consumers:${id}:::::${kong.default_workspace}`;
  },
};

/** The ACL groups of a consumer. */
function groupsOf(consumerId: string): string[] {
  return (current().groups.get(consumerId) as string[] | undefined) ?? [];
}

/** The key-auth credential with that key. */
function credentialOf(key: string): Credential | undefined {
  return current().keys.get(key);
}

export { ConsumerData, Credential, consumers, credentialOf, groupsOf, replace };
