import { definePlugin } from '@eloquence/plugin-api';
import { builtinProfiles } from './builtin-profiles.js';
import { holtForecasterFactory } from './forecast/holt-forecaster.js';
import { onlineRegressionForecasterFactory } from './forecast/online-regression-forecaster.js';
import { adaptivePolicy } from './control/adaptive-policy.js';
import { builtinRules } from './control/builtin-rules.js';
import { validateProfile } from './validate-profile.js';

export default definePlugin({
  activate(context) {
    for (const [id, profile] of Object.entries(builtinProfiles)) {
      context.subscriptions.add(context.profiles.register(id, validateProfile(profile)));
    }
    context.subscriptions.add(context.policies.register('adaptive', adaptivePolicy));
    for (const [id, rule] of Object.entries(builtinRules))
      context.subscriptions.add(context.rules.register(id, rule));
    context.subscriptions.add(context.forecasters.register('holt', holtForecasterFactory));
    context.subscriptions.add(
      context.forecasters.register('online-regression', onlineRegressionForecasterFactory),
    );
  },
});
