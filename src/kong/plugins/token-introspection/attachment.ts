/**
 * What was derived from objects, kept while it is in use: as long as the object lives, and at most for a number of objects.
 *
 * Two generations, as in memo.ts: a full one becomes the old one, and what is still asked for moves over. Keys are weak, so that an object that
 * nobody else holds takes what hangs on it along.
 */
export interface Attachments<K extends object, V> {
  current: LuaTable<K, V>;
  previous: LuaTable<K, V>;
  count: number;
  readonly limit: number;
}

function weakTable<K extends object, V>(this: void): LuaTable<K, V> {
  return setmetatable(new LuaTable<K, V>(), { __mode: "k" });
}

/** @param limit objects of one generation; at most twice as many are kept. */
function createAttachments<K extends object, V>(this: void, limit: number): Attachments<K, V> {
  return { current: weakTable(), previous: weakTable(), count: 0, limit };
}

function attach<K extends object, V>(this: void, attachments: Attachments<K, V>, object: K, value: V): void {
  if (attachments.count >= attachments.limit) {
    attachments.previous = attachments.current;
    attachments.current = weakTable();
    attachments.count = 0;
  }
  attachments.current.set(object, value);
  attachments.count += 1;
}

/** @returns what was derived from the object, or undefined. */
function attached<K extends object, V>(this: void, attachments: Attachments<K, V>, object: K): V | undefined {
  const recent = attachments.current.get(object) as V | undefined;
  if (recent !== undefined) return recent;
  const old = attachments.previous.get(object) as V | undefined;
  if (old !== undefined) attach(attachments, object, old);
  return old;
}

export { attach, attached, createAttachments };
