export { runBench } from './command/bench-program.js';
export type { BenchReport, BenchResult } from './report/bench-report.js';
