export { DataLane, type DataLaneOptions, createDataLane } from './lanes/data-lane.js';
export type { DataLaneCounters } from './lanes/data-lane-counters.js';
export { type FailoverLimits, productionFailover } from './failover/failover-states.js';
export { type RecoveryTuning, productionRecovery } from './stream/recovery-tuning.js';
export {
  FailoverLane,
  type FailoverCounters,
  type FailoverLaneOptions,
  createFailoverLane,
} from './failover/failover-lane.js';
