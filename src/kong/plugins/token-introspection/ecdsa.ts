/**
 * ECDSA signatures: JOSE has r and s side by side (RFC 7518 §3.4), OpenSSL a DER SEQUENCE of two INTEGERs (RFC 3279 §2.2.3).
 */
const byte = string.byte;
const char = string.char;
const rep = string.rep;
const sub = string.sub;

/** Without the zeros that it begins with, but for the last byte. No pattern: LuaJIT does not compile those. */
function withoutZeros(this: void, bytes: string): string {
  let first = 1;
  while (first < bytes.length && byte(bytes, first) === 0) first += 1;
  return sub(bytes, first);
}

function derInteger(this: void, bytes: string): string {
  let digits = withoutZeros(bytes);
  if (byte(digits, 1) >= 0x80) digits = `\0${digits}`;
  return char(0x02, digits.length) + digits;
}

/**
 * @param raw r and s, each as long as the curve's order: 64 bytes for P-256, 96 for P-384.
 * @returns DER, whose length always fits one byte for these curves.
 */
function ecdsaToDer(this: void, raw: string): string {
  const half = raw.length / 2;
  const first = byte(raw, 1);
  const second = byte(raw, half + 1);
  // Nearly always both have their full length, and one text is made where there would be seven.
  if (first !== 0 && second !== 0) {
    const beforeFirst = first < 0x80 ? char(0x02, half) : char(0x02, half + 1, 0);
    const beforeSecond = second < 0x80 ? char(0x02, half) : char(0x02, half + 1, 0);
    const length = beforeFirst.length + beforeSecond.length + raw.length;
    return char(0x30, length) + beforeFirst + sub(raw, 1, half) + beforeSecond + sub(raw, half + 1);
  }
  const integers = derInteger(sub(raw, 1, half)) + derInteger(sub(raw, half + 1));
  return char(0x30, integers.length) + integers;
}

function padded(this: void, digits: string, length: number): string | undefined {
  const bytes = withoutZeros(digits);
  if (bytes.length > length) return undefined;
  return rep("\0", length - bytes.length) + bytes;
}

/**
 * @param der as OpenSSL writes it.
 * @param length of r and of s: 32 for P-256.
 * @returns r and s side by side; undefined when they are longer, which means another curve.
 */
function ecdsaFromDer(this: void, der: string, length: number): string | undefined {
  const rLength = byte(der, 4);
  const r = padded(sub(der, 5, 4 + rLength), length);
  const s = padded(sub(der, 7 + rLength), length);
  if (r === undefined || s === undefined) return undefined;
  return r + s;
}

export { ecdsaFromDer, ecdsaToDer };
