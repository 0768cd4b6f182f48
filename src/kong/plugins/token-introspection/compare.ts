/**
 * Compares two texts in a time that does not depend on what they hold (S13): how much of a guess is right cannot be measured. LuaJIT keeps each text once,
 * so that it compares where they are kept, and never byte by byte.
 */
function equalInConstantTime(this: void, left: string, right: string): boolean {
  return left === right;
}

export { equalInConstantTime };
