import { definePlugin } from '@eloquence/plugin-api';
import { builtinProfiles } from './builtin-profiles.js';
import { validateProfile } from './validate-profile.js';

export default definePlugin({
  activate(context) {
    for (const [id, profile] of Object.entries(builtinProfiles)) {
      context.subscriptions.add(context.profiles.register(id, validateProfile(profile)));
    }
  },
});
