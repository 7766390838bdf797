import { createHash } from 'node:crypto';
import { type DataLane, createDataLane } from '@eloquence/delivery';
import { type AccessLink, REFERENCE_LINKS } from '@eloquence/netlab';
import { VirtualClock, createSeededRandom, delay } from '@eloquence/base';
import type {
  CodecFactory,
  EncodedFrame,
  LaneUtterance,
  LaneUtteranceEnd,
  StreamSettings,
} from '@eloquence/plugin-api';
import {
  type SpeechReceiver,
  type UtteranceFinishedEvent,
  createCallbackSink,
  createSpeechReceiver,
} from '@eloquence/playout';
import { profileSettings } from '@eloquence/plugin-contracts';
import { type SimulatedParticipant, SimulatedRoom } from '../simulated-room.js';

/** Decodes every payload to silence of one frame: what is looked at here is delivery, not sound. */
const silentCodec: CodecFactory = {
  frameDurationsMs: [20, 60],
  sampleRatesHz: [24_000],
  createEncoder: () => {
    throw new Error('not used');
  },
  createDecoder: () => ({
    decode: (payload) => new Int16Array(payload.length > 70 ? 1440 : 480),
    dispose: () => undefined,
  }),
};

/** What the default profile has in production. */
export const balanced = profileSettings('BALANCED_OPTIMAL');
/** What the emergency profile has in production. */
export const emergency = profileSettings('EMERGENCY_FALLBACK');

export interface HeardFrame {
  readonly utteranceSequence: number;
  readonly index: number;
  readonly payload: Uint8Array;
}

/** A listener behind a link, and what it heard. */
export interface Ear {
  readonly identity: string;
  readonly channel: SimulatedParticipant;
  readonly receiver: SpeechReceiver;
  readonly heard: HeardFrame[];
  readonly finished: UtteranceFinishedEvent[];
  readonly startedAtMs: number[];
  /** Blocks that reached the sink, by the time at which they are due. */
  readonly blocksAtMs: number[];
  /** Leaves the room without a word. */
  crash(): void;
}

export interface Spoken {
  readonly utterance: LaneUtterance;
  readonly frames: readonly EncodedFrame[];
  readonly firstPcmAtMs: number;
  /** Rejects as the writer does when the utterance ends early. */
  readonly written: Promise<void>;
}

/** A sender and listeners in a simulated room, on virtual time. */
export class SpeechHarness {
  readonly clock = new VirtualClock(1000);
  readonly room: SimulatedRoom;
  lane: DataLane;
  readonly #seed: number;
  #channel: SimulatedParticipant;
  #spoken = 0;

  constructor(seed = 1) {
    this.#seed = seed;
    this.room = new SimulatedRoom({ clock: this.clock, seed });
    this.#channel = this.room.join('voice');
    this.lane = this.#openLane(seed);
  }

  /** The sender dies in mid-sentence, and is started again under its name. */
  async restart(afterMs: number): Promise<void> {
    this.#channel.dispose();
    this.lane.dispose();
    await this.clock.advanceAsync(afterMs);
    this.#channel = this.room.join('voice');
    this.lane = this.#openLane(this.#seed + 1000);
    void this.lane.discover(2000);
    await this.clock.advanceAsync(500);
  }

  /** @param channel of a participant that has a receiver already, for another one */
  async listen(
    link: AccessLink,
    identity = `ear-${link.name}`,
    channel = this.room.join(identity, link),
  ): Promise<Ear> {
    const before = this.lane.receiverCount;
    const ear = this.attach({ identity, channel });
    for (let tries = 0; tries < 10 && this.lane.receiverCount === before; tries++) {
      void this.lane.discover(500);
      await this.clock.advanceAsync(510);
    }
    return ear;
  }

  /** A receiver of a participant, which may have others. */
  attach({ identity, channel }: Pick<Ear, 'identity' | 'channel'>): Ear {
    const ear: Omit<Ear, 'receiver'> = {
      identity,
      channel,
      heard: [],
      finished: [],
      startedAtMs: [],
      blocksAtMs: [],
      crash: () => {
        channel.dispose();
        receiver.dispose();
      },
    };
    const receiver = createSpeechReceiver({
      channel,
      clock: this.clock,
      decoders: new Map([['opus', silentCodec]]),
      words: true,
      createSink: () => createCallbackSink((block) => ear.blocksAtMs.push(block.atMs)),
    });
    receiver.onDidPlayFrame(({ utteranceSequence, index, payload }) =>
      ear.heard.push({ utteranceSequence, index, payload }),
    );
    receiver.onDidFinishUtterance((event) => ear.finished.push(event));
    receiver.onDidStartPlayout((event) => ear.startedAtMs.push(event.atMs));
    return { ...ear, receiver };
  }

  /** Speaks as a voice does that is four times as fast as real time, or all at once. */
  speak(durationMs: number, settings = balanced, speed = 4): Spoken {
    const random = createSeededRandom(this.#seed * 1000 + this.#spoken++);
    const frames = sampleSpeech(durationMs, settings, () => random.next());
    const firstPcmAtMs = this.clock.nowMs();
    const utterance = this.lane.openUtterance({ settings, sampleRateHz: 24_000, firstPcmAtMs });
    const written = this.#write(utterance, frames, settings, speed);
    written.catch(() => undefined);
    return { utterance, frames, firstPcmAtMs, written };
  }

  /** Lets time pass until the utterance is over, or the limit is reached. */
  async finish({ utterance, written }: Spoken, limitMs = 120_000): Promise<LaneUtteranceEnd> {
    let end: LaneUtteranceEnd | undefined;
    void utterance.played.then((result) => (end = result));
    let failure: unknown;
    written.catch((error: unknown) => (failure = error));
    for (let ms = 0; ms < limitMs && end === undefined; ms += 100) {
      await this.clock.advanceAsync(100);
      if (failure !== undefined && end === undefined) throw new Error('writing failed', { cause: failure });
    }
    if (end === undefined) throw new Error(`not over after ${limitMs} ms`);
    return end;
  }

  dispose(): void {
    this.lane.dispose();
    this.room.dispose();
  }

  #openLane(seed: number): DataLane {
    const random = createSeededRandom(seed);
    return createDataLane({ channel: this.#channel, clock: this.clock, random, idlePingsMs: 0 });
  }

  /** Frames from this one on that go into one packet. */
  #fitting(frames: readonly EncodedFrame[], from: number): number {
    let bytes = 0;
    let count = 0;
    while (from + count < frames.length) {
      bytes += frames[from + count]!.payload.length + 1;
      if (bytes > this.lane.maxPayloadBytes) break;
      count++;
    }
    return count;
  }

  /** Pieces of 100 ms; batches that double from the first one's length, at most half the lead. */
  async #write(
    utterance: LaneUtterance,
    frames: readonly EncodedFrame[],
    settings: StreamSettings,
    speed: number,
  ): Promise<void> {
    const { frameMs } = settings.codec;
    const { firstMs, maxMs } = settings.batch;
    const pieceFrames = Math.max(1, Math.round(100 / frameMs));
    let from = 0;
    let batches = 0;
    for (let end = pieceFrames; from < frames.length; end = Math.min(frames.length, end + pieceFrames)) {
      for (;;) {
        const targetMs = Math.min(
          maxMs,
          firstMs * 2 ** batches,
          Math.max(firstMs, utterance.bufferAheadMs / 2),
        );
        const count = Math.max(1, Math.min(Math.floor(targetMs / frameMs), this.#fitting(frames, from)));
        const isLast = end >= frames.length;
        if (end - from < count && !isLast) break;
        if (from >= end) break;
        await utterance.ready();
        utterance.writeFrames({ frames: frames.slice(from, Math.min(end, from + count)) });
        from = Math.min(end, from + count);
        batches++;
      }
      if (Number.isFinite(speed)) await delay(this.clock, (pieceFrames * frameMs) / speed);
    }
    utterance.end(frames.length * frameMs * 24);
  }
}

/** SHA-256 over the payloads in order. */
export function digestOf(frames: readonly { readonly payload: Uint8Array }[]): string {
  const hash = createHash('sha256');
  for (const frame of frames) hash.update(frame.payload);
  return hash.digest('hex');
}

export function linkNamed(name: string): AccessLink {
  const link = REFERENCE_LINKS[name];
  if (link === undefined) throw new Error(`no link '${name}'`);
  return link;
}

function sampleSpeech(durationMs: number, settings: StreamSettings, next: () => number): EncodedFrame[] {
  const { codecId, frameMs, bitrateBps } = settings.codec;
  const meanBytes = (bitrateBps / 8) * (frameMs / 1000);
  const format = { codecId, sampleRateHz: 24_000, frameMs };
  return Array.from({ length: Math.ceil(durationMs / frameMs) }, (_, index) => {
    const bytes = frameMs > 20 ? meanBytes : Math.round(meanBytes * (0.85 + 0.3 * next()));
    return { index, payload: Uint8Array.from({ length: bytes }, () => 256 * next()), format };
  });
}
