export { runBench } from './command/run-bench.js';
export type { BenchReport, BenchResult } from './report/bench-report.js';
export { SimulatedSession, type SimulatedSessionOptions } from './simulation/simulated-session.js';
