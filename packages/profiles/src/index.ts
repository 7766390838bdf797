export { builtinProfiles, defaultProfileId } from './builtin-profiles.js';
export { defineProfile } from './define-profile.js';
export { HoltForecaster, holtForecasterFactory } from './forecast/holt-forecaster.js';
export {
  OnlineRegressionForecaster,
  onlineRegressionForecasterFactory,
} from './forecast/online-regression-forecaster.js';
export { ruleSelector } from './selection/rule-selector.js';
export { validateProfile } from './validate-profile.js';
