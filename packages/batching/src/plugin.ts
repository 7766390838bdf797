import { definePlugin } from '@eloquence/plugin-api';
import { DeadlineBatcher } from './deadline-batcher.js';
import { FixedBatcher } from './fixed-batcher.js';

export default definePlugin({
  activate(context) {
    const { batchers, subscriptions } = context;
    subscriptions.add(batchers.register('deadline', { create: () => new DeadlineBatcher() }));
    subscriptions.add(batchers.register('fixed', { create: () => new FixedBatcher() }));
  },
});
