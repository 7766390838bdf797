import { type LaneChoice, type Progress, runSpeak, type UtteranceFigures } from '@eloquence/cli';
import { findOrStartLiveKitServer, type LiveKitServer } from '@eloquence/livekit-server';
import { type Clock, EloquenceError, isEloquenceError, toEloquenceError } from '@eloquence/plugin-api';
import type { Arm, Cell } from './cell.js';
import type { CellRunner, Round, RoundOutcome } from './cell-runner.js';

/** As the command line tool sets it for a server of its own: keeps one lossy listener from blocking for seconds. */
const SCTP_MIN_CWND = 65_536;

export interface RealRunnerOptions {
  readonly env: NodeJS.ProcessEnv;
  readonly clock: Clock;
  readonly progress: Progress;
  readonly signal: AbortSignal;
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
  options.progress.step('looking for a LiveKit server');
  const server = await findOrStartLiveKitServer({
    env: options.env,
    signal: options.signal,
    sctpMinCwnd: SCTP_MIN_CWND,
    onProgress: ({ message }) => options.progress.update(message),
  });
  if (server.kind === 'none') {
    throw new EloquenceError('SERVER_UNAVAILABLE', `There is no LiveKit server: ${server.reason}`, {
      value: server.reason,
      hint: server.hint,
    });
  }
  options.progress.done();
  return new RealRunner(server, options);
}

class RealRunner implements CellRunner {
  readonly #server: LiveKitServer;
  readonly #options: RealRunnerOptions;
  readonly #env: NodeJS.ProcessEnv;

  constructor(server: LiveKitServer, options: RealRunnerOptions) {
    this.#server = server;
    this.#options = options;
    this.#env = environmentOf(server, options.env);
  }

  get conditions(): Readonly<Record<string, unknown>> {
    return {
      simulated: false,
      server: `livekit-server ${this.#server.version ?? '?'} (${this.#server.source})`,
      sctpMinCwnd: SCTP_MIN_CWND,
    };
  }

  /** Arms with the same profile share a run, in which their lanes take turns utterance by utterance. */
  async run(cell: Cell, round: Round, signal: AbortSignal): Promise<RoundOutcome> {
    const utterances = new Map<Arm, readonly UtteranceFigures[]>();
    const failures: string[] = [];
    for (const arms of sharedRuns(cell.arms)) {
      try {
        const report = await runSpeak(this.#speakOptions(cell, arms, round), {
          env: this.#env,
          clock: this.#options.clock,
          signal,
        });
        for (const [at, arm] of arms.entries()) {
          const armReport = report.arms[at];
          utterances.set(arm, (armReport?.utterances ?? []).slice(0, completeCount(armReport)));
          if (armReport?.error) failures.push(`${armReport.error.code}: ${armReport.error.message}`);
        }
      } catch (thrown) {
        signal.throwIfAborted();
        const error = toEloquenceError(thrown);
        if (!isEloquenceError(thrown) || FATAL.has(error.code)) throw thrown;
        failures.push(`${error.code}: ${error.message}`);
      }
    }
    return { utterances, failures };
  }

  dispose(): Promise<void> {
    return this.#server.stop();
  }

  #speakOptions(cell: Cell, arms: readonly Arm[], round: Round): Parameters<typeof runSpeak>[0] {
    const profile = arms[0]?.profile;
    return {
      text: cell.speech.text,
      lanes: arms.map(({ lane }): LaneChoice => lane),
      link: cell.link,
      pace: cell.pace,
      count: round.count,
      isSeries: true,
      seed: round.seed,
      hasListener: true,
      isCold: false,
      isSimulated: false,
      ...(profile === undefined ? {} : { profile }),
    };
  }
}

/** The last utterance of an arm that ended with an error is not one that was measured. */
function completeCount(
  report: { readonly utterances: readonly unknown[]; readonly error: unknown } | undefined,
): number {
  if (report === undefined) return 0;
  return report.error === null ? report.utterances.length : report.utterances.length - 1;
}

/** Lanes are told apart within a run; two arms on one lane, or of two profiles, need a run each. */
function sharedRuns(arms: readonly Arm[]): Arm[][] {
  const runs: Arm[][] = [];
  for (const arm of arms) {
    if (arm.settings !== undefined || arm.recovery !== undefined) {
      throw new EloquenceError('OPTION_INVALID', `'${arm.name}' can only be simulated.`, {
        value: arm.name,
        hint: 'Add --simulated.',
      });
    }
    const fitting = runs.find(
      (run) => run.every(({ lane }) => lane !== arm.lane) && run[0]?.profile === arm.profile,
    );
    if (fitting === undefined) runs.push([arm]);
    else fitting.push(arm);
  }
  return runs;
}

/** The suite's server as the environment of one that runs already. */
function environmentOf(server: LiveKitServer, env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return {
    ...env,
    LIVEKIT_URL: server.url,
    LIVEKIT_API_KEY: server.apiKey,
    LIVEKIT_API_SECRET: server.apiSecret,
    ...(server.udpPort === undefined ? {} : { LIVEKIT_UDP_PORT: String(server.udpPort) }),
    ...(server.tcpPort === undefined ? {} : { LIVEKIT_TCP_PORT: String(server.tcpPort) }),
  };
}
