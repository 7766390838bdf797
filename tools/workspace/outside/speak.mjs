// Runs in an application outside of the workspace: speaks through the plugins that are among its dependencies, into a
// simulated room or a real one, and prints what came of it as JSON. Options: --room simulated|livekit, --cache <dir>.
import { createHash } from 'node:crypto';
import { parseArgs } from 'node:util';
import { AdaptiveAudioStreamer, discoverPlugins, withDefaultPlugins } from '@eloquence/streamer';
import { openRooms } from './rooms.mjs';

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

const rooms = await openRooms(values.room, values.cache);
const { target, plugins: roomPlugins, speech, close } = await rooms.open('outside', { plugins });
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
await rooms.close();
process.stdout.write(
  `${JSON.stringify({ room: values.room, metrics, states, failedCalls, log, heardSamples, sha256Sent: sent.digest('hex'), sha256Heard: heard.digest('hex') })}\n`,
);
