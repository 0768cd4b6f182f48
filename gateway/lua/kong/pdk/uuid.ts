/** Whether a text is a UUID in its usual form. */
function isUuid(text: string): boolean {
  const [found] = string.find(text, "^%x%x%x%x%x%x%x%x%-%x%x%x%x%-%x%x%x%x%-%x%x%x%x%-%x%x%x%x%x%x%x%x%x%x%x%x$");
  return found !== undefined;
}

/** A random UUID (version 4). */
function newUuid(): string {
  const [uuid] = string.gsub("xxxxxxxx-xxxx-4xxx-yxxx-xxxxxxxxxxxx", "[xy]", (letter: string) =>
    string.format("%x", letter === "x" ? math.random(0, 15) : math.random(8, 11)),
  );
  return uuid;
}

export { isUuid, newUuid };
