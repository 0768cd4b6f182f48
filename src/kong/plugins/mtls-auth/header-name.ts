const { find, gsub, lower } = string;

/**
 * The one name that all spellings of a header share for an upstream service that reads headers as CGI variables: lower case, `-` for `_`.
 */
export function normalisedName(name: string): string {
  const small = lower(name);
  const [underscore] = find(small, "_", 1, true);
  if (underscore === undefined) return small;
  const [hyphenated] = gsub(small, "_", "-");
  return hyphenated;
}
