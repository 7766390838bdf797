// Runs in an application outside of the workspace: speaks through the plugins that are among its dependencies, into a
// simulated room or a real one, and prints what came of it as JSON. Options: --room simulated|livekit, --cache <dir>.
import { createHash } from 'node:crypto';
import { parseArgs } from 'node:util';
import { createKernel } from '@eloquence/core';
import { connectRoom, disposeNativeCore } from '@eloquence/livekit-adapter';
import { findOrStartLiveKitServer } from '@eloquence/livekit-server';
import { createSpeechReceiver } from '@eloquence/playout';
import { createSystemClock } from '@eloquence/plugin-api';
import { SimulatedRoom, simulatedTarget, simulatedTransportPlugin } from '@eloquence/simulated-transport';
import {
  AdaptiveAudioStreamer,
  attachListener,
  discoverPlugins,
  withDefaultPlugins,
} from '@eloquence/streamer';
import { AccessToken } from 'livekit-server-sdk';

const { values } = parseArgs({
  options: {
    room: { type: 'string', default: 'simulated' },
    cache: { type: 'string' },
    profile: { type: 'string', default: 'FIXED_RATE' },
    text: { type: 'string', default: 'Good morning. This is spoken through plugins from outside.' },
  },
});

const sampleRateHz = 24_000;

/** @type {string[]} */
const log = [];
const { descriptors, problems } = await discoverPlugins({ directory: process.cwd() });
if (problems.length > 0) throw problems[0];
const ownNames = withDefaultPlugins().map(({ manifest }) => manifest.name);
const plugins = descriptors.filter(({ manifest }) => !ownNames.includes(manifest.name));

const {
  target,
  plugins: roomPlugins,
  speech,
  close,
} = await (values.room === 'livekit' ? openLiveKit() : openSimulated());
const sent = createHash('sha256');
const heard = createHash('sha256');
let heardSamples = 0;
speech.onDidPlayFrame(({ payload }) => void heard.update(payload));
speech.onDidFinishUtterance(({ sampleCount }) => void (heardSamples += sampleCount));

const streamer = new AdaptiveAudioStreamer(target, {
  plugins: [...plugins, ...roomPlugins],
  lane: 'data',
  sampleRateHz,
});
streamer.onDidLog(({ pluginId, message }) => void log.push(`${pluginId}: ${message}`));
await streamer.initialize();
const utterance = streamer.say(values.text, { profile: values.profile });
utterance.onDidEncodeFrame(({ payload }) => void sent.update(payload));
const metrics = await utterance.done;
// Monitors hear of it a moment later.
await new Promise((resolve) => setTimeout(resolve, 200));
const states = Object.fromEntries(streamer.plugins().map(({ id, state }) => [id, state]));
const failedCalls = streamer.plugins().reduce((sum, { faults, slowCalls }) => sum + faults - slowCalls, 0);
await streamer.dispose();
await close();
process.stdout.write(
  `${JSON.stringify({ room: values.room, metrics, states, failedCalls, log, heardSamples, sha256Sent: sent.digest('hex'), sha256Heard: heard.digest('hex') })}\n`,
);

async function openSimulated() {
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

async function openLiveKit() {
  const server = await findOrStartLiveKitServer({
    allowSimulated: false,
    ...(values.cache === undefined ? {} : { cacheDir: values.cache }),
  });
  if (server.kind !== 'server') {
    process.stdout.write(`${JSON.stringify({ room: values.room, missing: server.reason })}\n`);
    process.exit(0);
  }
  /** @param {string} identity */
  const connect = async (identity) => {
    const token = new AccessToken(server.apiKey, server.apiSecret, { identity, ttl: 600 });
    token.addGrant({ roomJoin: true, room: 'outside' });
    return connectRoom({ url: server.url, token: await token.toJwt() });
  };
  const listenerRoom = await connect('listener');
  const speakerRoom = await connect('speaker');
  const listener = await attachListener(listenerRoom, { plugins, sink: { write: () => undefined } });
  return {
    target: speakerRoom,
    plugins: [],
    speech: listener.speech,
    async close() {
      await listener.dispose();
      await speakerRoom.disconnect();
      await listenerRoom.disconnect();
      await server.stop();
      await disposeNativeCore();
    },
  };
}
