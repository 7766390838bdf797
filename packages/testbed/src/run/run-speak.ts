import type { PluginHost } from '@eloquence/core';
import { createWavSink } from '@eloquence/playout/node';
import { AsyncDisposableStack, delay } from '@eloquence/base';
import type { LoadedConfig } from '@eloquence/streamer';
import { type Clock, createSystemClock, EloquenceError, type UtteranceMetrics } from '@eloquence/plugin-api';
import type { UtteranceFigures } from '../figures/figures.js';
import { summarise } from '../figures/summary.js';
import type { RefusedPackets } from '../listener/listener.js';
import { type ErrorMessage, errorToJson } from '@eloquence/base/node';
import { openTestServer, type TestServer } from '../server/test-server.js';
import type { SpeechSession } from '../session/speech-session.js';
import { checkText } from '../source/check-text.js';
import { beginningOf, type PreparedSpeech } from '../source/prepared-speech.js';
import { createSpeechSource, preparedSource, type SpeechSource, tapSource } from '../source/speech-source.js';
import { checkProfile, createDefaultHost, createRunVoice } from '../source/voice.js';
import { runPool } from './run-pool.js';
import { type Progress, silentProgress, type SpeakOptions } from './speak-options.js';
import { heardFile, type LabelledArm, labelArms, openArm, type RunArm } from './run-arm.js';
import { type ArmReport, type SenderAccount, SIMULATED_LABEL, type SpeakReport } from './speak-report.js';

/** Each arm starts a process, and connects to a server that may take its share of the same cores. */
const armsAtOnce = 3;

/** Silence between an utterance that was heard and the next one, ms. */
const PAUSE_MS = 300;

export interface RunSpeakContext {
  /** Environment with the `LIVEKIT_…` variables; `process.env` unless told. */
  readonly env?: NodeJS.ProcessEnv;
  readonly progress?: Progress;
  /** Plugins and defaults of the application; what is in the options wins. */
  readonly config?: LoadedConfig | undefined;
  readonly clock?: Clock;
  /** What takes turns in place of the options' lanes. */
  readonly arms?: readonly RunArm[];
  /** A server of the caller's, which stays open. */
  readonly server?: TestServer;
  /** What the options' text sounds like, where the caller has had it spoken; no voice is needed then. */
  readonly speech?: PreparedSpeech;
  /** Ends the run; everything started is released before it rejects. */
  readonly signal?: AbortSignal;
}

interface ArmLog {
  readonly session: SpeechSession;
  readonly heardFile: string | null;
  readonly utterances: UtteranceFigures[];
  readonly profiles: Array<string | null>;
  sender: SenderAccount;
  packets: RefusedPackets | null;
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
    const host = createDefaultHost(clock, context.config);
    resources.defer(() => host.dispose());
    const wanted = labelArms(context.arms ?? options.lanes.map((lane): RunArm => ({ lane })));
    checkProfiles(host, options, wanted);
    progress.step('preparing the voice');
    const { source: speech, warmUp } =
      context.speech === undefined
        ? await prepareVoice(host, options, context, clock, signal, resources)
        : {
            source: preparedSource(context.speech, options.pace, clock),
            warmUp: beginningOf(context.speech),
          };
    const source = options.spoken === undefined ? speech : writeSpoken(speech, options.spoken, resources);

    progress.step('looking for a LiveKit server');
    const server = context.server ?? (await findServer(options, env, progress, signal, resources));
    const serverName = server?.url ?? SIMULATED_LABEL;

    progress.step(`connecting speaker and listener: ${serverName}`);
    const arms = await runPool(usableArms(wanted, server), {
      parallel: armsAtOnce,
      run: async (labelled): Promise<ArmLog> => {
        const session = await openArm(labelled, {
          ...{ options, server, host, clock, signal, env },
          defaults: context.config?.options,
        });
        resources.defer(() => session.dispose());
        return {
          ...{ session, utterances: [], profiles: [], packets: null, error: null },
          heardFile: heardFile(options, labelled.label) ?? null,
          sender: { packetsSent: 0, packetsRetransmitted: 0, redundantPackets: 0, faults: [] },
        };
      },
    });
    if (!options.isCold) {
      progress.step('warming up');
      await Promise.all(arms.map(({ session }) => session.warmUp(warmUp, signal)));
    }
    await speakInTurns(arms, source, options, { progress, clock, signal });
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
  { text, voice: name, ttsEngine, pace }: SpeakOptions,
  { config }: RunSpeakContext,
  clock: Clock,
  signal: AbortSignal,
  resources: AsyncDisposableStack,
): Promise<PreparedVoice> {
  const defaults = config?.options;
  const voice = createRunVoice(
    host,
    {
      ttsEngine: ttsEngine ?? defaults?.ttsEngine,
      voice: name ?? defaults?.voice,
      textFilters: defaults?.textFilters,
    },
    clock,
  );
  resources.defer(() => voice.dispose());
  const warmUp = await voice.prepareWarmUp(signal);
  return { source: await createSpeechSource(text, pace, voice, clock, signal), warmUp };
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
  resources: AsyncDisposableStack,
): Promise<TestServer | undefined> {
  if (options.isSimulated) return undefined;
  const server = await openTestServer({ env, signal, onProgress: (message) => progress.update(message) });
  if ('url' in server) {
    resources.defer(() => server.stop());
    return server;
  }
  const { reason, hint } = server;
  progress.step(`no LiveKit server (${reason}), so this run is ${SIMULATED_LABEL}. ${hint}`);
  return undefined;
}

/**
 * The arms that there can be: a simulated room has no media tracks.
 *
 * @throws EloquenceError `LANE_UNAVAILABLE` if none of those asked for is left
 */
function usableArms(wanted: readonly LabelledArm[], server: TestServer | undefined): readonly LabelledArm[] {
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
  source: SpeechSource,
  options: SpeakOptions,
  { progress, clock, signal }: { progress: Progress; clock: Clock; signal: AbortSignal },
): Promise<void> {
  for (let index = 0; index < options.count; index++) {
    for (const log of arms) {
      if (log.error !== null) continue;
      if (index > 0 || log !== arms[0]) await delay(clock, PAUSE_MS, signal);
      const turn = options.count > 1 ? ` ${index + 1} of ${options.count}` : '';
      progress.step(`speaking${turn}, ${log.session.speaker.lane} lane`);
      const { figures, metrics, heard, error } = await log.session.perform(source, signal);
      log.utterances.push(figures);
      log.profiles.push(metrics?.profile ?? null);
      if (metrics !== undefined) log.sender = addTo(log.sender, metrics);
      for (const { packets } of heard.values()) log.packets = packets;
      log.error = error === undefined ? null : errorToJson(error);
    }
  }
}

function addTo(account: SenderAccount, metrics: UtteranceMetrics): SenderAccount {
  const failing = new Set(metrics.faults.map(({ pluginId }) => pluginId));
  return {
    packetsSent: account.packetsSent + metrics.packetsSent,
    packetsRetransmitted: account.packetsRetransmitted + metrics.packetsRetransmitted,
    redundantPackets: account.redundantPackets + metrics.redundantPackets,
    faults: [...account.faults.filter(({ pluginId }) => !failing.has(pluginId)), ...metrics.faults],
  };
}

function toReport({
  session,
  utterances,
  profiles,
  sender,
  packets,
  heardFile: file,
  error,
}: ArmLog): ArmReport {
  const { lane, profile, onDidPublishEvent } = session.speaker;
  // Whoever speaks past the framework keeps no account, and hears of no packets.
  const isOurs = onDidPublishEvent !== undefined;
  return {
    ...{ lane, profile, profiles, utterances, error, heardFile: file },
    sender: isOurs ? sender : null,
    packets: isOurs ? packets : null,
    summary: summarise(utterances),
  };
}
