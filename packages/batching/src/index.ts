export { DeadlineBatcher } from './deadline-batcher.js';
export { FixedBatcher } from './fixed-batcher.js';
