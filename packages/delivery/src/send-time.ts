/** Time since a send time that travelled as the low 16 bits of whole milliseconds of the same clock, ms. */
export function elapsedSince(sendTimeMs: number, nowMs: number): number {
  return (Math.round(nowMs) - sendTimeMs) & 0xffff;
}
