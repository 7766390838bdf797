import { definePlugin } from '@eloquence/plugin-api';
import { createEspeakEngine } from './espeak-engine.js';

export default definePlugin({
  activate(context) {
    context.subscriptions.add(context.ttsEngines.register('espeak', { create: () => createEspeakEngine() }));
  },
});
