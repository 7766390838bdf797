// Runs in an application outside of the workspace: who decides how to send, in a simulated room or a real one. Speaks with
// the rule of the plugin `metered`, with one that throws, and without any policy; prints what came of it as JSON.
// Options: --room simulated|livekit, --cache <dir>.
import { createHash } from 'node:crypto';
import { parseArgs } from 'node:util';
import { createKernel } from '@eloquence/core';
import { definePlugin } from '@eloquence/plugin-api';
import { AdaptiveAudioStreamer, discoverPlugins, withDefaultPlugins } from '@eloquence/streamer';
import { openRooms } from './rooms.mjs';

/**
 * @typedef {import('@eloquence/core').Utterance} Utterance
 * @typedef {import('@eloquence/plugin-api').Decision} Decision
 */

const { values } = parseArgs({
  options: { room: { type: 'string', default: 'simulated' }, cache: { type: 'string' } },
});

const text = 'The first train of the day leaves a little before six.';
const policyPlugin = '@eloquence/profiles';
/** What a busy machine does to the link is to say nothing against the best profile. */
const thresholds = {
  ...{ jitterFairMs: 60_000, rttPoorMs: 60_000, highRttMs: 60_000, silencePoorMs: 60_000 },
  ...{ lossFairPercent: 100, lossPoorPercent: 100, changeSignals: 100, rateFairFactor: 0, ratePoorFactor: 0 },
};
/** What the caller says of the connection, or the listener. */
const said = { network: 'metered' };

const { descriptors } = await discoverPlugins({ directory: process.cwd() });
const metered = /** @type {NonNullable<typeof descriptors[number]>} */ (
  descriptors.find(({ manifest }) => manifest.name === 'metered')
);
/** The same plugin, with a rule that has no idea. */
const throwing = {
  manifest: metered.manifest,
  load: async () => ({
    default: definePlugin({
      activate({ rules, subscriptions }) {
        const limit = () => {
          throw new Error('no idea');
        };
        subscriptions.add(rules.register('metered', { kind: 'limit', limit }));
      },
    }),
  }),
};

let roomCount = 0;
const rooms = await openRooms(values.room, values.cache);
const result = {
  room: values.room,
  byLabel: await speakWith(metered, [{}, { labels: said }]),
  byAttribute: await speakWith(metered, [{}], said),
  throwing: await speakWith(throwing, [{}, {}]),
  withoutPolicy: await speakWithoutPolicy(),
};
await rooms.close();
process.stdout.write(`${JSON.stringify(result)}\n`);

/**
 * @param {typeof metered} plugin
 * @param {readonly { labels?: Record<string, string> }[]} utterances
 * @param {Record<string, string>} [attributes] of the listener
 */
async function speakWith(plugin, utterances, attributes) {
  const room = await rooms.open(`control-${++roomCount}`, { attributes });
  const streamer = new AdaptiveAudioStreamer(room.target, {
    plugins: [plugin, ...room.plugins],
    lane: 'data',
    scenario: 'realtime',
    configuration: { [policyPlugin]: thresholds },
  });
  await streamer.initialize();
  const spoken = [];
  for (const options of utterances) {
    const before = streamer.decisions().length;
    const outcome = await listen(room.speech, streamer.say(text, options));
    spoken.push({ ...outcome, decisions: groupsOf(streamer.decisions().slice(before)) });
  }
  const states = Object.fromEntries(streamer.plugins().map(({ id, state }) => [id, state]));
  await streamer.dispose();
  await room.close();
  return { spoken, states };
}

async function speakWithoutPolicy() {
  const room = await rooms.open('without-policy');
  const kernel = createKernel({
    descriptors: withDefaultPlugins(room.plugins).filter(({ manifest }) => manifest.name !== policyPlugin),
  });
  const session = kernel.createSession({
    target: room.target,
    lane: 'data',
    profile: 'auto',
    ttsEngine: 'espeak',
    sampleRateHz: 24_000,
    preloadVoice: true,
    maxQueuedUtterances: 8,
    yieldTurn: () => new Promise((resolve) => setTimeout(resolve, 0)),
  });
  await session.open();
  const outcome = await listen(room.speech, session.say(text));
  const decisions = groupsOf(session.adaptation.log.decisions);
  const names = kernel.host.plugins().map(({ id }) => id);
  session.dispose();
  await kernel.dispose();
  await room.close();
  return { spoken: [{ ...outcome, decisions }], names };
}

/**
 * @param {import('@eloquence/playout').SpeechReceiver} speech
 * @param {Utterance} utterance
 */
async function listen(speech, utterance) {
  const [sent, heard] = [createHash('sha256'), createHash('sha256')];
  utterance.onDidEncodeFrame(({ payload }) => void sent.update(payload));
  const subscription = speech.onDidPlayFrame(({ payload }) => void heard.update(payload));
  const { outcome, profile, framesLost, audioMs } = await utterance.done;
  subscription.dispose();
  const isSame = sent.digest('hex') === heard.digest('hex');
  return { outcome, profile, framesLost, audioMs, isSame };
}

/** @param {readonly Decision[]} decisions */
function groupsOf(decisions) {
  return decisions.flatMap(({ output }) =>
    output.groups.map(({ profileId, rule, reason }) => ({ profileId, rule, reason })),
  );
}
