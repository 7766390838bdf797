export { builtinProfiles, defaultProfileId, defineProfile } from './builtin-profiles.js';
export { HoltForecaster, holtForecasterFactory } from './forecast/holt-forecaster.js';
export {
  OnlineRegressionForecaster,
  onlineRegressionForecasterFactory,
} from './forecast/online-regression-forecaster.js';
export { adaptivePolicy } from './control/adaptive-policy.js';
export { tunedForBandwidth } from './control/rules/low-bandwidth-tuning.js';
export { builtinRules, orderedRules } from './control/builtin-rules.js';
export { type Thresholds, defaultThresholds } from './control/thresholds.js';
export { validateProfile } from './validate-profile.js';
