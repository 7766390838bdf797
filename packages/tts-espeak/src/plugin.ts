import { definePlugin } from '@eloquence/plugin-api';
import { createEspeakEngine } from './espeak-engine.js';

export default definePlugin({
  activate({ configuration, subscriptions, ttsEngines }) {
    const options: { readonly worker?: string } = configuration;
    subscriptions.add(ttsEngines.register('espeak', { create: () => createEspeakEngine(options) }));
  },
});
