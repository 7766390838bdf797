/** Distance from `from` to `to` in 16-bit serial number arithmetic (RFC 1982): −32768…32767. */
export function serialDistance(from: number, to: number): number {
  return ((to - from) << 16) >> 16;
}

/** Time since a send time that travelled as the low 16 bits of whole milliseconds of the same clock, 0–65535 ms. */
export function elapsedSince(sendTimeMs: number, nowMs: number): number {
  return (Math.round(nowMs) - sendTimeMs) & 0xffff;
}

/** Takes a 16-bit counter to a full count, the nearest one to `near`. */
export function unwrapSerial(value: number, near: number): number {
  return near + serialDistance(near & 0xffff, value);
}
