import type { BenchResult } from '../report/bench-report.js';

/** What a process that simulates stationary links is asked; each question has one answer. */
export type StationaryQuestion =
  | { readonly type: 'open'; readonly name: string; readonly seed: number }
  | { readonly type: 'speak'; readonly count: number }
  /** Asks for the results, and closes the link. */
  | { readonly type: 'finish' };

export type StationaryAnswer =
  | { readonly type: 'done'; readonly changes: number }
  | { readonly type: 'finished'; readonly results: readonly BenchResult[] };
