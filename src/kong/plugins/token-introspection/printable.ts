const gsub = string.gsub;
const sub = string.sub;

/**
 * Text from elsewhere, made fit for a log line: printable ASCII only, and not too long.
 * @param longest bytes; 160 by default.
 */
export function printable(this: void, text: string, longest = 160): string {
  const [clean] = gsub(sub(text, 1, longest), "[^ -~]", "?");
  return text.length > longest ? clean + "..." : clean;
}
