import { definePlugin } from '@eloquence/plugin-api';
import { OpusCodec } from './opus-codec.js';
import { PcmCodec } from './pcm-codec.js';

export default definePlugin({
  activate(context) {
    context.subscriptions.add(context.codecs.register('opus', new OpusCodec()));
    context.subscriptions.add(context.codecs.register('pcm', new PcmCodec()));
  },
});
