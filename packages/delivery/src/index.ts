export { DataLane, type DataLaneCounters, type DataLaneOptions, createDataLane } from './data-lane.js';
export { CreditWindow, type WindowEvidence } from './credit-window.js';
export { RttEstimator } from './rtt-estimator.js';
