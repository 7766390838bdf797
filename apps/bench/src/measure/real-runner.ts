import { type Clock, isEloquenceError, toEloquenceError } from '@eloquence/plugin-api';
import {
  agentsSpeaker,
  EXPERIMENT_PROFILE,
  experimentPlugin,
  livekitExperimentPlugin,
  type PreparedSpeech,
  prepareSpeech,
  type RunArm,
  runSpeak,
  type TestServer,
} from '@eloquence/testbed';
import { type BenchServerOptions, openBenchServer, serverConditions } from '../session/session-host.js';
import type { Arm, Cell, CellRunner, MeasuredUtterance, Round, RoundOutcome } from './measure-cells.js';

export interface RealRunnerOptions extends BenchServerOptions {
  readonly clock: Clock;
}

/** Errors after which no further round can be expected to do better. */
const FATAL = new Set([
  'ABORTED',
  'SERVER_UNAVAILABLE',
  'SERVER_FAILED',
  'PROFILE_UNKNOWN',
  'OPTION_INVALID',
]);

/**
 * Speaks on a real LiveKit server, one for the whole suite, each session to a listener in another process behind
 * the emulated link.
 *
 * @throws EloquenceError `SERVER_UNAVAILABLE` and what else finding or starting the server throws
 */
export async function createRealRunner(options: RealRunnerOptions): Promise<CellRunner> {
  return new RealRunner(await openBenchServer(options), options);
}

class RealRunner implements CellRunner {
  readonly #server: TestServer;
  readonly #options: RealRunnerOptions;
  /** Synthesised once: it would disturb the sessions that are being measured. */
  readonly #speeches = new Map<string, Promise<PreparedSpeech>>();

  constructor(server: TestServer, options: RealRunnerOptions) {
    this.#server = server;
    this.#options = options;
  }

  get conditions(): Readonly<Record<string, unknown>> {
    return serverConditions(this.#server, this.#options);
  }

  /** All arms share one run, in which they take turns utterance by utterance. */
  async run(cell: Cell, round: Round, signal: AbortSignal): Promise<RoundOutcome> {
    const { clock } = this.#options;
    const speech = await this.#speechOf(cell.speech.text);
    const arms = cell.arms.map((arm) => toRunArm(arm, speech));
    const utterances = new Map<Arm, readonly MeasuredUtterance[]>();
    const failures: string[] = [];
    try {
      const report = await runSpeak(speakOptions(cell, round), {
        ...{ server: this.#server, env: this.#options.env, clock, signal, arms, speech },
      });
      for (const [at, arm] of cell.arms.entries()) {
        const own = report.arms[at];
        if (own === undefined) continue;
        // The last utterance of an arm that ended with an error is not one that was measured.
        const complete = own.utterances.slice(0, own.error === null ? undefined : -1);
        utterances.set(
          arm,
          complete.map((figures, turn) => ({ ...figures, profile: own.profiles[turn] ?? null, turn })),
        );
        if (own.error !== null)
          failures.push(`${arm.name === '' ? '' : `${arm.name}: `}${own.error.code}: ${own.error.message}`);
      }
    } catch (thrown) {
      signal.throwIfAborted();
      const error = toEloquenceError(thrown);
      if (!isEloquenceError(thrown) || FATAL.has(error.code)) throw thrown;
      failures.push(`${error.code}: ${error.message}`);
    }
    return { utterances, failures };
  }

  dispose(): Promise<void> {
    return this.#server.stop();
  }

  #speechOf(text: string): Promise<PreparedSpeech> {
    let speech = this.#speeches.get(text);
    if (speech === undefined) {
      speech = prepareSpeech(text, this.#options.clock, this.#options.signal);
      this.#speeches.set(text, speech);
    }
    return speech;
  }
}

function speakOptions(cell: Cell, round: Round): Parameters<typeof runSpeak>[0] {
  return {
    text: cell.speech.text,
    lanes: [],
    link: cell.link,
    pace: cell.pace,
    count: round.count,
    isSeries: true,
    seed: round.seed,
    hasListener: true,
    isCold: false,
    isSimulated: false,
  };
}

function toRunArm(arm: Arm, speech: PreparedSpeech): RunArm {
  const { name, lane, settings, recovery } = arm;
  if (lane === 'agents') return { lane: 'own', name, open: agentsSpeaker(speech.sampleRateHz) };
  const profile = settings === undefined ? arm.profile : EXPERIMENT_PROFILE;
  const plugins = [
    ...(settings === undefined ? [] : [experimentPlugin(settings)]),
    ...(recovery === undefined ? [] : [livekitExperimentPlugin({ data: recovery })]),
  ];
  return { lane, plugins, profile };
}
