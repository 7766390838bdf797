import { definePlugin } from '@eloquence/plugin-api';
import { simulatedTransportFactory } from './simulated-transport.js';

export default definePlugin({
  activate(context) {
    context.transports.register('simulated', simulatedTransportFactory);
  },
});
