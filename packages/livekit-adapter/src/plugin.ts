import { definePlugin } from '@eloquence/plugin-api';
import { createLivekitTransportFactory } from './livekit-transport.js';

export default definePlugin({
  activate({ transports, subscriptions }) {
    subscriptions.add(transports.register('livekit', createLivekitTransportFactory()));
  },
});
