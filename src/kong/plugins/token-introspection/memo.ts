/**
 * What was computed from a text, remembered for the life of the worker within bounds: entries and bytes.
 *
 * Two generations: a full one becomes the old one, and what is still asked for moves over. A look-up is one read of a table, which an LRU
 * list could not offer.
 */
export interface Memo<V> {
  current: LuaTable<string, V>;
  previous: LuaTable<string, V>;
  entries: number;
  bytes: number;
  readonly maxEntries: number;
  readonly maxBytes: number;
}

/**
 * @param maxEntries of one generation; at most twice as many are remembered.
 * @param maxBytes of the keys of one generation.
 */
function createMemo<V>(this: void, maxEntries: number, maxBytes: number): Memo<V> {
  return { current: new LuaTable(), previous: new LuaTable(), entries: 0, bytes: 0, maxEntries, maxBytes };
}

/** Remembers a value, which is not undefined. */
function remember<V>(this: void, memo: Memo<V>, key: string, value: V): void {
  if (memo.entries >= memo.maxEntries || memo.bytes + key.length > memo.maxBytes) {
    memo.previous = memo.current;
    memo.current = new LuaTable();
    memo.entries = 0;
    memo.bytes = 0;
  }
  memo.current.set(key, value);
  memo.entries += 1;
  memo.bytes += key.length;
}

/** @returns what was remembered, or undefined. */
function recall<V>(this: void, memo: Memo<V>, key: string): V | undefined {
  const recent = memo.current.get(key) as V | undefined;
  if (recent !== undefined) return recent;
  const old = memo.previous.get(key) as V | undefined;
  if (old !== undefined) remember(memo, key, old);
  return old;
}

export { createMemo, recall, remember };
