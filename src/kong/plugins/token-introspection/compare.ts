const byte = string.byte;

/**
 * Compares two texts in a time that depends on their lengths only (S13): how much of a guess is right cannot be measured. The lengths of
 * thumbprints are public.
 */
function equalInConstantTime(this: void, left: string, right: string): boolean {
  const length = left.length;
  if (length !== right.length) return false;
  let difference = 0;
  for (const position of $range(1, length)) {
    difference |= byte(left, position) ^ byte(right, position);
  }
  return difference === 0;
}

export { equalInConstantTime };
