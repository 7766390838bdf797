/** Each arm starts a process, and connects to a server that may take its share of the same cores. */
const AT_ONCE = 3;

/**
 * Opens everything, in order, a few at once. All that were begun settle before this throws, so that those that did
 * open can be closed.
 *
 * @throws what `open` throws; nothing further is begun then
 */
export async function openFewAtOnce<Wanted, Opened>(
  wanted: readonly Wanted[],
  open: (wanted: Wanted) => Promise<Opened>,
): Promise<Opened[]> {
  const opened: Opened[] = [];
  for (let at = 0; at < wanted.length; at += AT_ONCE) {
    const opening = wanted.slice(at, at + AT_ONCE).map(open);
    await Promise.allSettled(opening);
    opened.push(...(await Promise.all(opening)));
  }
  return opened;
}
