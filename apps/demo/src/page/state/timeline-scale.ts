const widthsMs = [4, 6, 8, 10, 12, 16, 20, 25, 30, 40, 50, 60, 80, 100, 120, 180, 240, 300, 450, 600].map(
  (seconds) => seconds * 1000,
);

/** The least width of a time axis that shows a duration, with a little room: grows in steps, not all the time. */
export function axisWidthMs(durationMs: number): number {
  return widthsMs.find((width) => width * 0.96 >= durationMs) ?? Math.ceil(durationMs / 60_000 + 1) * 60_000;
}

/** Distance between the marks of an axis: about five of them. */
export function axisStepMs(widthMs: number): number {
  const steps = [500, 1000, 2000, 5000, 10_000, 20_000, 30_000, 60_000, 120_000];
  return steps.find((step) => widthMs / step <= 6.1) ?? 300_000;
}
