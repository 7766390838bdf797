// Runs in an application outside of the workspace: rooms to speak into, each with one listener.
import { createKernel } from '@eloquence/core';
import { connectRoom, disposeNativeCore } from '@eloquence/livekit-adapter';
import { findOrStartLiveKitServer } from '@eloquence/livekit-server';
import { createSpeechReceiver } from '@eloquence/playout';
import { createSystemClock } from '@eloquence/plugin-api';
import { SimulatedRoom, simulatedTarget, simulatedTransportPlugin } from '@eloquence/simulated-transport';
import { attachListener, withDefaultPlugins } from '@eloquence/streamer';
import { AccessToken } from 'livekit-server-sdk';

/**
 * @typedef {import('@eloquence/plugin-api').PluginDescriptor} PluginDescriptor
 * @typedef {object} OpenRoom
 * @property {unknown} target what a streamer is given
 * @property {readonly PluginDescriptor[]} plugins what a streamer needs for that
 * @property {import('@eloquence/playout').SpeechReceiver} speech the listener's end
 * @property {() => Promise<void>} close
 *
 * @typedef {object} Listening
 * @property {readonly PluginDescriptor[]} [plugins] what the listener has beside the default ones
 * @property {Record<string, string> | undefined} [attributes] what it says of itself
 *
 * @typedef {object} Rooms
 * @property {(name: string, listening?: Listening) => Promise<OpenRoom>} open
 * @property {() => Promise<void>} close
 */

/**
 * @param {string} kind `simulated` or `livekit`
 * @param {string | undefined} cache where the server is, if it is built
 * @returns {Promise<Rooms>} after printing what is missing, the process ends
 */
export async function openRooms(kind, cache) {
  if (kind !== 'livekit') return { open: openSimulated, close: async () => undefined };
  const server = await findOrStartLiveKitServer({
    allowSimulated: false,
    ...(cache === undefined ? {} : { cacheDir: cache }),
  });
  if (server.kind !== 'server') {
    process.stdout.write(`${JSON.stringify({ room: kind, missing: server.reason })}\n`);
    process.exit(0);
  }
  return {
    open: (name, listening) => openLiveKit(server, name, listening),
    async close() {
      await server.stop();
      await disposeNativeCore();
    },
  };
}

/** @type {Rooms['open']} */
async function openSimulated(_, { plugins = [], attributes } = {}) {
  const clock = createSystemClock();
  const room = new SimulatedRoom({ clock });
  const kernel = createKernel({ descriptors: withDefaultPlugins(plugins) });
  const { codecs } = kernel.host.contributions;
  const decoders = new Map(
    await Promise.all(codecs.ids().map(async (id) => /** @type {const} */ ([id, await codecs.get(id)]))),
  );
  const speech = createSpeechReceiver({
    channel: room.join('listener'),
    clock,
    decoders,
    attributes,
    createSink: () => ({ write: () => undefined }),
  });
  return {
    target: simulatedTarget(room.join('speaker')),
    plugins: [simulatedTransportPlugin],
    speech,
    async close() {
      speech.dispose();
      room.dispose();
      await kernel.dispose();
    },
  };
}

/**
 * @param {{ url: string, apiKey: string, apiSecret: string }} server
 * @param {string} name
 * @param {Listening} [listening]
 * @returns {Promise<OpenRoom>}
 */
async function openLiveKit({ url, apiKey, apiSecret }, name, listening) {
  /** @param {string} identity */
  const connect = async (identity) => {
    const token = new AccessToken(apiKey, apiSecret, { identity, ttl: 600 });
    token.addGrant({ roomJoin: true, room: name });
    return connectRoom({ url, token: await token.toJwt() });
  };
  const listenerRoom = await connect('listener');
  const speakerRoom = await connect('speaker');
  const listener = await attachListener(listenerRoom, { ...listening, sink: { write: () => undefined } });
  return {
    target: speakerRoom,
    plugins: [],
    speech: listener.speech,
    async close() {
      await listener.dispose();
      await speakerRoom.disconnect();
      await listenerRoom.disconnect();
    },
  };
}
