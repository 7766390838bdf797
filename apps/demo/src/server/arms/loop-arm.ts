import { type LegacyTrack, publishLegacyTrack, speakLegacy } from '@eloquence/legacy-compat';
import type { ArmState } from '../../protocol.js';
import { type ArmAccount, type ArmEnd, watchStop } from './arm-account.js';
import type { ArmRoom, DemoArm } from './arm-room.js';

const FRAME_MS = 10;

/** The loop of 10 ms `captureFrame` calls. */
export class LoopArm implements DemoArm {
  readonly id = 'legacy';
  readonly #room: ArmRoom;
  readonly #track: LegacyTrack;
  #isSubscribed = false;

  private constructor(room: ArmRoom, track: LegacyTrack) {
    this.#room = room;
    this.#track = track;
    void track.waitForSubscription().then(() => (this.#isSubscribed = true));
  }

  /** @throws EloquenceError `LANE_UNAVAILABLE`, `CONNECTION_LOST` */
  static async open(room: ArmRoom): Promise<LoopArm> {
    return new LoopArm(room, await publishLegacyTrack(room.room));
  }

  get state(): ArmState {
    const { listeners, present, isLost } = this.#room;
    const isReady = !isLost && listeners > 0 && this.#isSubscribed;
    return { arm: this.id, listeners, present, isReady, lane: 'loop' };
  }

  async prepare(signal: AbortSignal): Promise<void> {
    await this.#room.waitUntil(() => this.state.isReady, signal);
  }

  async speak(account: ArmAccount, signal: AbortSignal): Promise<ArmEnd> {
    account.started({ profile: null, codec: null, batcher: null });
    const { clock, room } = this.#room;
    const playout = watchStop(account, clock, signal);
    const track: LegacyTrack = {
      ...this.#track,
      captureFrame: async (samples) => {
        await this.#track.captureFrame(samples);
        playout.begin();
        account.sent(1, samples.byteLength, FRAME_MS);
      },
    };
    try {
      const chunks = account.run.chunks(signal, () => undefined);
      const result = await speakLegacy(room, chunks, { clock, signal, track });
      return {
        outcome: result.outcome,
        deliveryMs: result.totalMs,
        overheadPerChunkMs: result.overheadPerChunkMs,
      };
    } finally {
      playout.end();
    }
  }

  async dispose(): Promise<void> {
    try {
      // First: in a room that is left, the track need not be taken back, which a server that is gone cannot do.
      await this.#room.close();
    } finally {
      await this.#track.close();
    }
  }
}
