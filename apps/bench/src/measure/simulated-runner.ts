import { EloquenceError, toEloquenceError } from '@eloquence/plugin-api';
import { openSimulatedSession, type SimulatedSession, speechLike } from '@eloquence/testbed';
import type { Arm, Cell, CellRunner, MeasuredUtterance, Round, RoundOutcome } from './measure-cells.js';

/** Silence between utterances, ms; it grows by a step, so that utterances do not fall in with the link's bursts. */
const PAUSE_MS = 500;
const PAUSE_STEP_MS = 37;
const LISTENER = 'listener';

/** Measures cells on virtual time. Only the data lane exists there. */
export class SimulatedRunner implements CellRunner {
  #virtualMs = 0;

  get conditions(): Readonly<Record<string, unknown>> {
    return { simulated: true, server: null, virtualHours: Math.round(this.#virtualMs / 36_000) / 100 };
  }

  async run(cell: Cell, round: Round, signal: AbortSignal): Promise<RoundOutcome> {
    const utterances = new Map<Arm, readonly MeasuredUtterance[]>();
    const failures: string[] = [];
    for (const arm of cell.arms) utterances.set(arm, await this.#runArm(cell, arm, round, signal, failures));
    return { utterances, failures };
  }

  async dispose(): Promise<void> {
    // Every session is closed at the end of its round.
  }

  async #runArm(
    cell: Cell,
    arm: Arm,
    round: Round,
    signal: AbortSignal,
    failures: string[],
  ): Promise<MeasuredUtterance[]> {
    if (arm.lane !== 'data' && arm.lane !== 'auto') {
      throw new EloquenceError('LANE_UNAVAILABLE', `The ${arm.lane} lane cannot be simulated.`, {
        value: arm.lane,
      });
    }
    const { profile, settings, recovery } = arm;
    const measured: MeasuredUtterance[] = [];
    const listeners = [{ name: LISTENER, link: cell.link }];
    const speech = speechLike(cell.speech.simulatedMs);
    let session: SimulatedSession | undefined;
    try {
      session = await openSimulatedSession({ listeners, seed: round.seed, profile, settings, recovery });
      for (let count = 0; count < round.count; count++) {
        signal.throwIfAborted();
        const { heard, metrics } = await session.speak(speech, cell.pace);
        measured.push({ ...heard.get(LISTENER)!.figures, profile: metrics.profile, turn: count });
        await session.pause(PAUSE_MS + PAUSE_STEP_MS * count);
      }
    } catch (thrown) {
      signal.throwIfAborted();
      const { code, message } = toEloquenceError(thrown);
      if (code === 'PROFILE_UNKNOWN' || code === 'OPTION_INVALID') throw thrown;
      failures.push(`${arm.name === '' ? '' : `${arm.name}: `}${code}: ${message}`);
    } finally {
      this.#virtualMs += session?.clock.nowMs() ?? 0;
      await session?.dispose();
    }
    return measured;
  }
}
