export { runBench } from './command/run-bench.js';
export type { BenchReport, BenchResult } from './report/bench-report.js';
