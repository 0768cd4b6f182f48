const { byte, find, format, gsub, lower, sub } = string;

const PREFIX = "UTF-8''";

function percentEncode(character: string): string {
  return format("%%%02X", byte(character));
}

/**
 * Text as a header value that every upstream service reads alike. Printable ASCII stays as it is. A value with any other byte (a control
 * character, a letter beyond ASCII), with a space at either end, or that could be taken for such an encoding itself, becomes `UTF-8''` and
 * its percent-encoded bytes (ext-value of RFC 8187 section 3.2.1): `UTF-8''Cem%20%C3%96zdemir`.
 */
export function headerValue(text: string): string {
  const [unsafe] = find(text, "[^ -~]");
  const [spaces] = find(text, "^ ");
  const trailing = sub(text, -1) === " ";
  const lookalike = lower(sub(text, 1, PREFIX.length)) === lower(PREFIX);
  if (unsafe === undefined && spaces === undefined && !trailing && !lookalike) return text;
  // Everything but attr-char, as token-introspection does.
  const [encoded] = gsub(text, "[^%w!#$&+.^_`|~-]", percentEncode);
  return PREFIX + encoded;
}
