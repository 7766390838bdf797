export { DataLane, type DataLaneOptions, createDataLane } from './data-lane.js';
export type { DataLaneCounters } from './data-lane-counters.js';
export { CreditWindow, type WindowEvidence } from './credit-window.js';
export { RttEstimator } from './rtt-estimator.js';
export { type FailoverLimits, productionFailover } from './failover/failover-limits.js';
export { type RecoveryTuning, productionRecovery } from './recovery-tuning.js';
export {
  FailoverLane,
  type FailoverCounters,
  type FailoverLaneOptions,
  createFailoverLane,
} from './failover/failover-lane.js';
