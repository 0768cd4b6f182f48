/**
 * A bounded memory of connections, by `ngx.var.connection`. A connection's certificate never changes: nginx renegotiates nothing.
 *
 * Two generations: when the young one is full it becomes the old one, and the old one is dropped. Who is seen again moves back to the young
 * one, so that busy connections stay. A worker remembers twice the capacity at most.
 */
export interface ConnectionMemo<Value extends object> {
  readonly capacity: number;
  count: number;
  young: LuaTable<string, Value | undefined>;
  old: LuaTable<string, Value | undefined>;
}

export function makeMemo<Value extends object>(capacity: number): ConnectionMemo<Value> {
  return { capacity, count: 0, young: new LuaTable(), old: new LuaTable() };
}

/** Remembers a value, in place of another one for the same connection. */
export function remember<Value extends object>(memo: ConnectionMemo<Value>, connection: string, value: Value): void {
  if (memo.young.get(connection) === undefined) {
    if (memo.count >= memo.capacity) {
      memo.old = memo.young;
      memo.young = new LuaTable();
      memo.count = 0;
    }
    memo.count += 1;
  }
  memo.young.set(connection, value);
}

/** What was remembered for a connection; undefined when nothing was, or it was forgotten. */
export function recall<Value extends object>(memo: ConnectionMemo<Value>, connection: string): Value | undefined {
  const value = memo.young.get(connection);
  if (value !== undefined) return value;
  const earlier = memo.old.get(connection);
  if (earlier !== undefined) remember(memo, connection, earlier);
  return earlier;
}
