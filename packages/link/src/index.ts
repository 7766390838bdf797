export type { ArrivalForecast } from './arrival/arrival-pace.js';
export { type ArrivalSnapshot, ArrivalStatistics } from './arrival/arrival-statistics.js';
export { PingHistory } from './arrival/ping-history.js';
export { CapacityEstimator, queueThresholdMs } from './capacity-estimator.js';
export { LaneLinks, type LaneLinksOptions, type MeasuredUtterance } from './lane-links.js';
export { LinkMonitor, type PresentReceiver } from './link-monitor.js';
export { type PingFindings, PingLedger, QuestionTimes } from './ping-ledger.js';
export type { ProbeAnswer } from './receiver-link.js';
export { RttEstimator } from './rtt-estimator.js';
