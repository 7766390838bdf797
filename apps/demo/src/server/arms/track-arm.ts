import { isEloquenceError, type PcmChunk } from '@eloquence/plugin-api';
import { AdaptiveAudioStreamer, type Utterance } from '@eloquence/streamer';
import type { ArmState } from '../../protocol.js';
import { type ArmAccount, type ArmEnd, watchStop } from './arm-account.js';
import { type ArmRoom, type DemoArm, LISTENER_TIMEOUT_MS, nobodyListens } from './arm-room.js';

const SILENCE_MS = 100;
const SILENCE_RATE_HZ = 24_000;
const FRAME_MS = 10;

/** An ordinary LiveKit audio track at real-time pace: the media lane. */
export class TrackArm implements DemoArm {
  readonly id = 'track';
  readonly #room: ArmRoom;
  readonly #streamer: AdaptiveAudioStreamer;
  #isWarm = false;

  private constructor(room: ArmRoom, streamer: AdaptiveAudioStreamer) {
    this.#room = room;
    this.#streamer = streamer;
  }

  /** @throws EloquenceError what `initialize` of the streamer throws */
  static async open(room: ArmRoom): Promise<TrackArm> {
    const streamer = new AdaptiveAudioStreamer(room.room, {
      lane: 'media',
      preloadVoice: false,
      clock: room.clock,
    });
    try {
      await streamer.initialize();
    } catch (error) {
      await streamer.dispose();
      throw error;
    }
    return new TrackArm(room, streamer);
  }

  get state(): ArmState {
    const { listeners, present, isLost } = this.#room;
    const isReady = !isLost && listeners > 0 && this.#isWarm;
    return { arm: this.id, listeners, present, isReady, lane: 'media' };
  }

  /** Publishing the track and being subscribed to takes a while: some silence does it beforehand. */
  async prepare(signal: AbortSignal): Promise<void> {
    this.#room.checkConnected();
    if (!this.#isWarm) {
      const limit = AbortSignal.any([signal, AbortSignal.timeout(LISTENER_TIMEOUT_MS)]);
      const metrics = await this.#streamer.say(silence(), { signal: limit }).done;
      signal.throwIfAborted();
      if (metrics.outcome !== 'complete') throw nobodyListens();
      this.#isWarm = true;
    }
    await this.#room.waitUntil(() => this.#room.listeners > 0, signal);
  }

  async speak(account: ArmAccount, signal: AbortSignal): Promise<ArmEnd> {
    const playout = watchStop(account, this.#room.clock, signal);
    const chunks = account.run.chunks(signal, ({ samples }) => {
      playout.begin();
      const audioMs = (1000 * samples.length) / account.run.schedule.sampleRateHz;
      account.sent(Math.round(audioMs / FRAME_MS), samples.byteLength, audioMs);
    });
    const utterance: Utterance = this.#streamer.say(chunks, { signal });
    account.started({ profile: null, codec: null, batcher: null });
    try {
      const metrics = await utterance.done;
      return { outcome: metrics.outcome, metrics };
    } catch (error) {
      // The next listener subscribes anew.
      if (isEloquenceError(error) && error.code === 'RECEIVER_LEFT') this.#isWarm = false;
      throw error;
    } finally {
      playout.end();
    }
  }

  async dispose(): Promise<void> {
    try {
      await this.#streamer.dispose();
    } finally {
      await this.#room.close();
    }
  }
}

async function* silence(): AsyncGenerator<PcmChunk> {
  yield { samples: new Int16Array((SILENCE_RATE_HZ * SILENCE_MS) / 1000), sampleRateHz: SILENCE_RATE_HZ };
}
