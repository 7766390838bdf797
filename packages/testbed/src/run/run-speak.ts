import type { PluginHost } from '@eloquence/core';
import { createWavSink } from '@eloquence/playout/node';
import { AsyncDisposableStack, delay } from '@eloquence/base';
import { type Clock, createSystemClock, EloquenceError } from '@eloquence/plugin-api';
import type { UtteranceFigures } from '../figures/figures.js';
import { summarise } from '../figures/summary.js';
import type { ErrorMessage } from '../listener/protocol.js';
import type { PreparedSpeech } from '../source/prepared-speech.js';
import { checkProfile, createDefaultHost, createRunVoice } from '../source/voice.js';
import { type Progress, silentProgress } from './progress.js';
import type { Arm } from '../speaker/arm.js';
import { openArm } from './open-arm.js';
import { openFewAtOnce } from './open-few-at-once.js';
import { checkText } from '../source/check-text.js';
import { type LabelledArm, labelArms, type RunArm } from './run-arm.js';
import type { SpeakOptions } from './speak-options.js';
import { type ArmReport, SIMULATED_LABEL, type SpeakReport } from './speak-report.js';
import { openSpeechServer, type SpeechServer } from '../server/speech-server.js';
import { createSpeechSource, preparedSource, type SpeechSource, tapSource } from '../source/speech-source.js';

/** Silence between an utterance that was heard and the next one, ms. */
const PAUSE_MS = 300;
/** As long as the words that warm up a voice. */
const WARM_UP_MS = 600;

export interface RunSpeakContext {
  /** Environment with the `LIVEKIT_…` variables; `process.env` unless told. */
  readonly env?: NodeJS.ProcessEnv;
  readonly progress?: Progress;
  readonly clock?: Clock;
  /** What takes turns in place of the options' lanes. */
  readonly arms?: readonly RunArm[];
  /** What the options' text sounds like, where the caller has had it spoken; no voice is needed then. */
  readonly speech?: PreparedSpeech;
  /** Ends the run; everything started is released before it rejects. */
  readonly signal?: AbortSignal;
}

interface ArmLog {
  readonly arm: Arm;
  readonly utterances: UtteranceFigures[];
  readonly profiles: Array<string | null>;
  error: ErrorMessage | null;
}

/**
 * Speaks a text into a room on a LiveKit server to a listener in another process behind the emulated link, and
 * measures it there. Arms take turns, utterance by utterance; what goes wrong with one utterance is in the report,
 * and ends the series of its arm.
 *
 * @throws EloquenceError on bad input (`TEXT_EMPTY`, `VOICE_UNKNOWN`, `PROFILE_UNKNOWN`, `LINK_INVALID`, …) and on
 * what ends the run (`SERVER_UNAVAILABLE`, `CONNECT_FAILED`, `CONNECT_UNAUTHORIZED`, `NO_RECEIVER`, `RECEIVER_LEFT`,
 * `CONNECTION_LOST`, `ABORTED`, …). Nothing stays running in either case.
 */
export async function runSpeak(options: SpeakOptions, context: RunSpeakContext = {}): Promise<SpeakReport> {
  const { env = process.env, progress = silentProgress, clock = createSystemClock() } = context;
  const signal = context.signal ?? new AbortController().signal;
  checkText(options.text, options.pace.kind !== 'live');
  const resources = new AsyncDisposableStack();
  try {
    const host = createDefaultHost(clock);
    resources.defer(() => host.dispose());
    const wanted = labelArms(context.arms ?? options.lanes.map((lane): RunArm => ({ lane })));
    checkProfiles(host, options, wanted);
    progress.step('preparing the voice');
    const { source: speech, warmUp } =
      context.speech === undefined
        ? await prepareVoice(host, options, clock, signal, resources)
        : {
            source: preparedSource(context.speech, options.pace, clock),
            warmUp: beginningOf(context.speech),
          };
    const source = options.spoken === undefined ? speech : writeSpoken(speech, options.spoken, resources);

    progress.step('looking for a LiveKit server');
    const server = await findServer(options, env, progress, signal);
    if (server !== undefined) resources.defer(() => server.stop());
    const serverName = server?.server.url ?? SIMULATED_LABEL;

    progress.step(`connecting speaker and listener: ${serverName}`);
    const arms = await openFewAtOnce(usableArms(wanted, server), async (labelled): Promise<ArmLog> => {
      const arm = await openArm(labelled, { options, server, host, source, clock, signal, env });
      resources.defer(() => arm.dispose());
      return { arm, utterances: [], profiles: [], error: null };
    });
    if (!options.isCold) {
      progress.step('warming up');
      await Promise.all(arms.map(({ arm }) => arm.warmUp(warmUp, signal)));
    }
    await speakInTurns(arms, options, { progress, clock, signal });
    progress.done();
    return {
      server: serverName,
      simulated: server === undefined,
      link: options.link,
      seed: options.seed,
      count: options.count,
      isSeries: options.isSeries,
      arms: arms.map(toReport),
    };
  } catch (error) {
    progress.fail();
    throw signal.aborted ? signal.reason : error;
  } finally {
    // The run's own result or error matters more than how its parts went away.
    await resources.disposeAsync().catch(() => undefined);
  }
}

/** @throws EloquenceError `PROFILE_UNKNOWN` */
function checkProfiles(host: PluginHost, options: SpeakOptions, wanted: readonly LabelledArm[]): void {
  // Those of an arm's own plugins nobody knows here.
  const own = wanted.map(({ arm }) =>
    arm.lane === 'own' || (arm.plugins?.length ?? 0) > 0 ? undefined : arm.profile,
  );
  for (const profile of [options.profile, ...own]) if (profile !== undefined) checkProfile(host, profile);
}

interface PreparedVoice {
  readonly source: SpeechSource;
  /** Something short that nobody measures. */
  readonly warmUp: PreparedSpeech;
}

async function prepareVoice(
  host: PluginHost,
  { text, voice: name, pace }: SpeakOptions,
  clock: Clock,
  signal: AbortSignal,
  resources: AsyncDisposableStack,
): Promise<PreparedVoice> {
  const voice = await createRunVoice(host, name, clock);
  resources.defer(() => voice.dispose());
  const warmUp = await voice.prepareWarmUp(signal);
  return { source: await createSpeechSource(text, pace, voice, clock, signal), warmUp };
}

function beginningOf({ samples, sampleRateHz }: PreparedSpeech): PreparedSpeech {
  return { samples: samples.slice(0, Math.round((sampleRateHz * WARM_UP_MS) / 1000)), sampleRateHz };
}

function writeSpoken(speech: SpeechSource, path: string, resources: AsyncDisposableStack): SpeechSource {
  const file = createWavSink(path);
  resources.defer(() => file.close());
  return tapSource(speech, (chunk) => file.write(chunk));
}

/** `undefined` for a simulation: it was asked for, or there is no server and no way to one. */
async function findServer(
  options: SpeakOptions,
  env: NodeJS.ProcessEnv,
  progress: Progress,
  signal: AbortSignal,
): Promise<SpeechServer | undefined> {
  if (options.isSimulated) return undefined;
  const found = await openSpeechServer(env, progress, signal);
  if ('server' in found) return found;
  progress.step(`no LiveKit server (${found.reason}), so this run is ${SIMULATED_LABEL}. ${found.hint}`);
  return undefined;
}

/**
 * The arms that there can be: a simulated room has no media tracks.
 *
 * @throws EloquenceError `LANE_UNAVAILABLE` if none of those asked for is left
 */
function usableArms(
  wanted: readonly LabelledArm[],
  server: SpeechServer | undefined,
): readonly LabelledArm[] {
  const usable =
    server === undefined ? wanted.filter(({ arm: { lane } }) => lane === 'auto' || lane === 'data') : wanted;
  if (usable.length > 0) return usable;
  const names = wanted.map(({ arm }) => (arm.lane === 'own' ? arm.name : arm.lane));
  throw new EloquenceError('LANE_UNAVAILABLE', `A simulated room has no ${names.join(' and no ')} lane.`, {
    value: names.join(','),
    hint: 'Use --lane data, or get a LiveKit server: install Go, or set LIVEKIT_URL.',
  });
}

async function speakInTurns(
  arms: readonly ArmLog[],
  options: SpeakOptions,
  { progress, clock, signal }: { progress: Progress; clock: Clock; signal: AbortSignal },
): Promise<void> {
  for (let index = 0; index < options.count; index++) {
    for (const log of arms) {
      if (log.error !== null) continue;
      if (index > 0 || log !== arms[0]) await delay(clock, PAUSE_MS, signal);
      const turn = options.count > 1 ? ` ${index + 1} of ${options.count}` : '';
      progress.step(`speaking${turn}, ${log.arm.lane} lane`);
      const { figures, profile, error } = await log.arm.speak(index, signal);
      log.utterances.push(figures);
      log.profiles.push(profile);
      log.error = error;
    }
  }
}

function toReport({ arm, utterances, profiles, error }: ArmLog): ArmReport {
  const { lane, profile, sender, packets, heardFile } = arm;
  return {
    lane,
    profile,
    profiles,
    sender,
    packets,
    heardFile,
    utterances,
    summary: summarise(utterances),
    error,
  };
}
