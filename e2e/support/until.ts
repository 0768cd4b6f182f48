/** Waits for what will come, without guessing how long it takes. */

const PAUSE_MS = 20;

/**
 * Asks again and again until the answer is neither undefined nor false.
 *
 * @param what is named in the error after `seconds`, which only ends what would never come.
 */
export async function until<T>(
  what: string,
  ask: () => T | undefined | false | Promise<T | undefined | false>,
  seconds = 60,
): Promise<T> {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined && answer !== false) return answer;
    if (Date.now() > end) throw new Error(`not within ${seconds} s: ${what}`);
    await new Promise((done) => setTimeout(done, PAUSE_MS));
  }
}
