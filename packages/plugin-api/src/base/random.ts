import { createToken } from './token.js';

/** The only source of randomness in Eloquence: seeded, so that a run can be repeated. */
export interface RandomSource {
  /** Uniform in [0, 1). */
  next(): number;
}

export const RandomSource = createToken<RandomSource>('core.randomSource', 'root');
