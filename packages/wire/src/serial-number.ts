/** Distance from `from` to `to` in 16-bit serial number arithmetic (RFC 1982): −32768…32767. */
export function serialDistance(from: number, to: number): number {
  return ((to - from) << 16) >> 16;
}

/** Time since a send time that travelled as the low 16 bits of whole milliseconds of the same clock, 0–65535 ms. */
export function elapsedSince(sendTimeMs: number, nowMs: number): number {
  return (Math.round(nowMs) - sendTimeMs) & 0xffff;
}

/** Send time of the last packet that arrived, and for how long the receiver has held its answer, ms. */
export interface Echo {
  readonly sendTimeMs: number;
  /** Saturates at 65 535: longer is not told. */
  readonly holdMs: number;
}

/** Time since the packet of an echo was sent, ms, at both ends and on both ways; `undefined` if the hold is saturated. */
export function elapsedSinceEcho({ sendTimeMs, holdMs }: Echo, nowMs: number): number | undefined {
  return holdMs >= 0xffff ? undefined : unwrapSerial(elapsedSince(sendTimeMs, nowMs), holdMs);
}

/** Round trip that an echo tells, ms; `undefined` if it tells none. Rounding may take 1 ms too much from it. */
export function roundTripMs(echo: Echo, nowMs: number): number | undefined {
  const elapsedMs = elapsedSinceEcho(echo, nowMs) ?? Number.NEGATIVE_INFINITY;
  return elapsedMs < echo.holdMs - 1 ? undefined : Math.max(0, elapsedMs - echo.holdMs);
}

/** Takes a 16-bit counter to a full count, the nearest one to `near`. */
export function unwrapSerial(value: number, near: number): number {
  return near + serialDistance(near & 0xffff, value);
}
