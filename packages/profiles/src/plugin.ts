import { definePlugin } from '@eloquence/plugin-api';
import { builtinProfiles } from './builtin-profiles.js';
import { holtForecasterFactory } from './forecast/holt-forecaster.js';
import { onlineRegressionForecasterFactory } from './forecast/online-regression-forecaster.js';
import { ruleSelector } from './selection/rule-selector.js';
import { validateProfile } from './validate-profile.js';

export default definePlugin({
  activate(context) {
    for (const [id, profile] of Object.entries(builtinProfiles)) {
      context.subscriptions.add(context.profiles.register(id, validateProfile(profile)));
    }
    context.subscriptions.add(context.selectors.register('rules', ruleSelector));
    context.subscriptions.add(context.forecasters.register('holt', holtForecasterFactory));
    context.subscriptions.add(
      context.forecasters.register('online-regression', onlineRegressionForecasterFactory),
    );
  },
});
