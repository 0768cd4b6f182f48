/** Makes a set of a list. */
export function setOf(this: void, values: readonly string[]): LuaSet<string> {
  const set = new LuaSet<string>();
  for (const value of values) set.add(value);
  return set;
}
