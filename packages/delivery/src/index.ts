export { DataLane, type DataLaneOptions, createDataLane } from './data-lane.js';
export type { DataLaneCounters } from './data-lane-counters.js';
export { CreditWindow, type WindowEvidence } from './credit-window.js';
export { RttEstimator } from './rtt-estimator.js';
export {
  FailoverLane,
  type FailoverCounters,
  type FailoverLaneOptions,
  createFailoverLane,
} from './failover/failover-lane.js';
