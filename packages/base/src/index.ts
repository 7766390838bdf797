export { CallPace } from './call-pace.js';
export {
  checkOptionUse,
  type CommandLineOption,
  type NumberRange,
  type ParsableCommand,
  parseNumber,
  runCommandLine,
} from './command-line.js';
export { type Deferred, createDeferred } from './deferred.js';
export { delay } from './delay.js';
export { DisposableStore } from './disposable-store.js';
export { onAbort } from './on-abort.js';
export { editDistance } from './edit-distance.js';
export { type ForecastCalibration, ForecastScore } from './forecast-score.js';
export { createSeededRandom } from './seeded-random.js';
export { VirtualClock } from './virtual-clock.js';
export { type ShareInterval, wilsonInterval } from './wilson-interval.js';
export {
  AbsoluteDeviationBaseline,
  Cusum,
  type CusumBaseline,
  type CusumOptions,
  VarianceBaseline,
} from './cusum.js';
export { pushBounded, quantile, theilSenSlope } from './statistics.js';
export { WindowedExtreme } from './windowed-extreme.js';
export { AsyncDisposableStack } from './async-disposable-stack.js';
export { deepFreeze } from './deep-freeze.js';
export { completedName, didYouMean, nameHint, nearestName } from './nearest-name.js';
export { type TimeoutOptions, withTimeout } from './with-timeout.js';
