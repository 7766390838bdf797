import { randomBytes } from 'node:crypto';
import { parse } from 'node:path';
import { createWavSink } from '@eloquence/playout/node';
import { type Clock, createSystemClock, delay, EloquenceError } from '@eloquence/plugin-api';
import type { UtteranceFigures } from '../measure/figures.js';
import { summarise } from '../measure/summary.js';
import type { ErrorMessage } from '../listener/protocol.js';
import { checkProfile, createDefaultHost, createRunVoice } from '../source/voice.js';
import { type Progress, silentProgress } from '../terminal/progress.js';
import { readToken } from './access-token.js';
import { AdaptiveArm } from './adaptive-arm.js';
import type { Arm } from './arm.js';
import { openArmConnection } from './arm-connection.js';
import { LegacyArm } from './legacy-arm.js';
import type { LaneChoice } from './lane-choice.js';
import { checkText } from './read-text.js';
import type { SpeakOptions } from './speak-options.js';
import type { ArmReport, SpeakReport } from './speak-report.js';
import { openSpeechServer, type SpeechServer } from './speech-server.js';
import { createSpeechSource, type SpeechSource, tapSource } from './speech-source.js';

/** Silence between an utterance that was heard and the next one, ms. */
const PAUSE_MS = 300;

export interface RunSpeakContext {
  /** Environment with the `LIVEKIT_…` variables; `process.env` unless told. */
  readonly env?: NodeJS.ProcessEnv;
  readonly progress?: Progress;
  readonly clock?: Clock;
  /** Ends the run; everything started is released before it rejects. */
  readonly signal?: AbortSignal;
}

interface ArmLog {
  readonly arm: Arm;
  readonly utterances: UtteranceFigures[];
  error: ErrorMessage | null;
}

/**
 * Speaks a text into a room on a LiveKit server to a listener in another process behind the emulated link, and
 * measures it there. Lanes take turns, utterance by utterance; what goes wrong with one utterance is in the report,
 * and ends the series.
 *
 * @throws EloquenceError on bad input (`TEXT_EMPTY`, `VOICE_UNKNOWN`, `PROFILE_UNKNOWN`, `LINK_INVALID`, …) and on
 * what ends the run (`SERVER_UNAVAILABLE`, `CONNECT_FAILED`, `CONNECT_UNAUTHORIZED`, `NO_RECEIVER`, `RECEIVER_LEFT`,
 * `CONNECTION_LOST`, `ABORTED`, …). Nothing stays running in either case.
 */
export async function runSpeak(options: SpeakOptions, context: RunSpeakContext = {}): Promise<SpeakReport> {
  const { env = process.env, progress = silentProgress, clock = createSystemClock() } = context;
  const signal = context.signal ?? new AbortController().signal;
  checkText(options.text, options.pace.kind !== 'live');
  const closers: Array<() => Promise<void> | void> = [];
  try {
    const host = createDefaultHost(clock);
    closers.push(() => host.dispose());
    if (options.profile !== undefined) checkProfile(host, options.profile);
    progress.step('preparing the voice');
    const voice = await createRunVoice(host, options.voice, clock);
    closers.push(() => voice.dispose());
    const warmUp = await voice.prepareWarmUp(signal);
    let source = await createSpeechSource(options.text, options.pace, voice, clock, signal);
    if (options.spoken !== undefined) {
      const file = createWavSink(options.spoken);
      closers.push(() => file.close());
      source = tapSource(source, (chunk) => file.write(chunk));
    }

    progress.step('looking for a LiveKit server');
    const server = await openSpeechServer(env, progress, signal);
    if (!('server' in server)) throw noServer(server);
    closers.push(() => server.stop());

    progress.step(`connecting speaker and listener on ${server.server.url}`);
    const opening = options.lanes.map(async (lane): Promise<ArmLog> => {
      const arm = await openArm(lane, { options, server, source, clock, signal, env });
      closers.push(() => arm.dispose());
      return { arm, utterances: [], error: null };
    });
    // All have to settle, so that those that did open can be closed if another one did not.
    await Promise.allSettled(opening);
    const arms = await Promise.all(opening);
    if (!options.isCold) {
      progress.step('warming up');
      await Promise.all(arms.map(({ arm }) => arm.warmUp(warmUp, signal)));
    }
    await speakInTurns(arms, options, { progress, clock, signal });
    progress.done();
    return {
      server: server.server.url,
      simulated: false,
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
    for (const close of closers.reverse()) {
      // The run's own result or error matters more than how its parts went away.
      await Promise.resolve(close()).catch(() => undefined);
    }
  }
}

async function speakInTurns(
  arms: readonly ArmLog[],
  options: SpeakOptions,
  { progress, clock, signal }: { progress: Progress; clock: Clock; signal: AbortSignal },
): Promise<void> {
  for (let index = 0; index < options.count; index++) {
    for (const log of arms) {
      if (index > 0 || log !== arms[0]) await delay(clock, PAUSE_MS, signal);
      const turn = options.count > 1 ? ` ${index + 1} of ${options.count}` : '';
      progress.step(`speaking${turn}, ${log.arm.lane} lane`);
      const { figures, error } = await log.arm.speak(index, signal);
      log.utterances.push(figures);
      log.error = error;
      if (error !== null) return;
    }
  }
}

interface OpenArmOptions {
  readonly options: SpeakOptions;
  readonly server: SpeechServer;
  readonly source: SpeechSource;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly env: NodeJS.ProcessEnv;
}

async function openArm(lane: LaneChoice, context: OpenArmOptions): Promise<Arm> {
  const { server, source, clock, signal } = context;
  const options = withOwnFile(context.options, lane);
  const token = context.env['LIVEKIT_TOKEN'] || undefined;
  if (token !== undefined && options.lanes.length > 1) {
    throw new EloquenceError(
      'OPTION_INVALID',
      'LIVEKIT_TOKEN lets one speaker in, and each lane has its own.',
      {
        value: options.lanes.join(','),
        hint: 'Give one lane, or unset LIVEKIT_TOKEN to have tokens made from the key.',
      },
    );
  }
  const connection = await openArmConnection({
    server,
    token,
    room: token === undefined ? roomName(options, lane) : readToken(token).room,
    link: options.link,
    seed: options.seed,
    hasListener: options.hasListener,
    out: options.out,
    clock,
    signal,
  });
  try {
    if (lane === 'legacy') return await LegacyArm.open({ connection, source, options, clock });
    return await AdaptiveArm.open({ connection, lane, source, options, clock, signal });
  } catch (error) {
    await connection.close().catch(() => undefined);
    throw error;
  }
}

/** `heard.wav` is `heard-data.wav` and `heard-legacy.wav` where two lanes are heard. */
function withOwnFile(options: SpeakOptions, lane: LaneChoice): SpeakOptions {
  if (options.out === undefined || options.lanes.length === 1) return options;
  const { dir, name, ext } = parse(options.out);
  return { ...options, out: `${dir === '' ? '' : `${dir}/`}${name}-${lane}${ext}` };
}

function roomName(options: SpeakOptions, lane: LaneChoice): string {
  const name = options.room ?? randomBytes(4).toString('hex');
  return options.lanes.length === 1 ? name : `${name}-${lane}`;
}

function toReport({ arm, utterances, error }: ArmLog): ArmReport {
  const { lane, profile, sender, packets, heardFile } = arm;
  return { lane, profile, sender, packets, heardFile, utterances, summary: summarise(utterances), error };
}

function noServer({ reason, hint }: { readonly reason: string; readonly hint: string }): EloquenceError {
  return new EloquenceError('SERVER_UNAVAILABLE', `There is no LiveKit server: ${reason}`, {
    value: reason,
    hint,
  });
}
