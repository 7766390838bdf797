/** Time that 95 % of the calls take at most, ms. The first calls, which compile the code, are left out. */
export function callTimeP95Ms(calls: number, call: (index: number) => unknown): number {
  for (let index = 0; index < 20; index++) call(index);
  const times = Array.from({ length: calls }, (_, index) => {
    const startMs = performance.now();
    call(index);
    return performance.now() - startMs;
  });
  return times.sort((a, b) => a - b)[Math.floor(calls * 0.95)]!;
}
