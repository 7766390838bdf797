import { type FailoverLane, createDataLane, createFailoverLane } from '@eloquence/delivery';
import { VirtualClock, createSeededRandom, delay } from '@eloquence/base';
import {
  type CodecFactory,
  EloquenceError,
  type EncodedFrame,
  type LaneUtterance,
  type LaneUtteranceEnd,
} from '@eloquence/plugin-api';
import { createCallbackSink, createSpeechReceiver } from '@eloquence/playout';
import { SimulatedMediaLane } from '../simulated-media-lane.js';
import { type SimulatedParticipant, SimulatedRoom } from '../simulated-room.js';
import { balanced, linkNamed } from './speech-harness.js';

const sampleRateHz = 24_000;
const frameMs = 20;
const frameSamples = 480;

interface HeardFrame {
  readonly lane: 'data' | 'media';
  /** What the frame says: its number in its speech, told by its first sample. */
  readonly mark: number;
  readonly atMs: number;
}

/** Decodes a payload to the mark that it carries. */
const markCodec: CodecFactory = {
  frameDurationsMs: [frameMs],
  sampleRatesHz: [sampleRateHz],
  createEncoder: () => {
    throw new Error('not used');
  },
  createDecoder: () => ({
    decode: (payload) => new Int16Array(frameSamples).fill(markOf(payload)),
    dispose: () => undefined,
  }),
};

function markOf(payload: Uint8Array): number {
  return payload[0]! + 256 * payload[1]!;
}

export interface ChangeSpeech {
  readonly utterance: LaneUtterance;
  /** What is to be heard. */
  readonly frames: readonly number[];
}

export interface SpeechShape {
  /** A phrase ends so often; never if absent. */
  readonly phraseMs?: number;
  readonly speed?: number;
  readonly codecDelayMs?: number;
}

/** A sender with both lanes, and a listener to both, in a simulated room on virtual time. */
export class ChangeHarness {
  readonly clock = new VirtualClock(1000);
  readonly room: SimulatedRoom;
  readonly lane: FailoverLane;
  readonly #heard: HeardFrame[] = [];
  readonly #pieces: { readonly mark: number; readonly samples: number }[] = [];
  #ear: SimulatedParticipant | undefined;
  #spoken = 0;

  private constructor(lane: FailoverLane, room: SimulatedRoom, clock: VirtualClock) {
    this.lane = lane;
    this.room = room;
    this.clock = clock;
  }

  /** With a listener to both lanes behind a link, or, if none is named, with one to the media lane. */
  static async open(link?: string, seed = 1, hasMedia = true): Promise<ChangeHarness> {
    const clock = new VirtualClock(1000);
    const room = new SimulatedRoom({ clock, seed });
    const voice = room.join('voice');
    const random = createSeededRandom(seed);
    const data = createDataLane({ channel: voice, clock, random });
    const openMedia = (): SimulatedMediaLane => {
      if (!hasMedia) throw new EloquenceError('LANE_UNAVAILABLE', 'No right to publish.');
      return new SimulatedMediaLane(voice, clock);
    };
    let lane: FailoverLane;
    const makeHarness = (): ChangeHarness => {
      lane = createFailoverLane({ data, openMedia, clock });
      return new ChangeHarness(lane, room, clock);
    };
    if (link === undefined) {
      const harness = makeHarness();
      harness.#listen(room.join('ear'));
      return harness;
    }
    const pending: HeardFrame[] = [];
    const ear = room.join('ear', linkNamed(link));
    listenToData(ear, clock, pending);
    for (let tries = 0; tries < 20 && data.receiverCount === 0; tries++) {
      void data.discover(500);
      await clock.advanceAsync(510);
    }
    const harness = makeHarness();
    harness.#listen(ear);
    harness.#source = pending;
    return harness;
  }

  /** Data frames are collected here until they are asked for. */
  #source: HeardFrame[] = [];

  /** Lets a receiver of the data lane join. */
  listenToData(link: string): void {
    this.#ear?.dispose();
    const ear = this.room.join(`ear-${link}`, linkNamed(link));
    listenToData(ear, this.clock, this.#source);
    this.#listen(ear);
  }

  speak(durationMs: number, { phraseMs, speed = 4, codecDelayMs = 0 }: SpeechShape = {}): ChangeSpeech {
    const first = 1 + 1000 * this.#spoken++;
    const marks = Array.from({ length: durationMs / frameMs }, (_, at) => first + at);
    const utterance = this.lane.openUtterance({
      settings: balanced,
      sampleRateHz,
      firstPcmAtMs: this.clock.nowMs(),
      codecDelayMs,
    });
    void this.#write(utterance, marks, phraseMs, speed).catch(() => undefined);
    return { utterance, frames: marks };
  }

  /** Everything heard on both lanes, in the order of time, by mark. */
  heardFrames(): number[] {
    return this.#all().map(({ mark }) => mark);
  }

  /** The same as runs of frames that follow each other, each with its lane. */
  heardRuns(): string {
    const runs: { lane: string; first: number; last: number }[] = [];
    for (const { lane, mark } of this.#all()) {
      const run = runs.at(-1);
      if (run?.lane === lane && run.last + 1 === mark) run.last = mark;
      else runs.push({ lane, first: mark, last: mark });
    }
    return runs.map(({ lane, first, last }) => `${lane} ${first}–${last}`).join(', ');
  }

  /** The pieces that were heard on the audio track, each with its mark and length. */
  firstSamplesOnMedia(): readonly { readonly mark: number; readonly samples: number }[] {
    return this.#pieces;
  }

  heardBy(lane: HeardFrame['lane']): number {
    return this.#all().filter((frame) => frame.lane === lane).length;
  }

  /** How long the lanes were heard at the same time, ms, at most. */
  overlapMs(): number {
    let overlapMs = 0;
    const all = this.#all();
    for (const [at, frame] of all.entries()) {
      const before = all[at - 1];
      if (before !== undefined && before.lane !== frame.lane)
        overlapMs = Math.max(overlapMs, before.atMs + frameMs - frame.atMs);
    }
    return overlapMs;
  }

  forgetHeard(): void {
    this.#heard.length = 0;
    this.#source.length = 0;
  }

  advance(ms: number): Promise<void> {
    return this.clock.advanceAsync(ms);
  }

  async until(isTrue: () => boolean, limitMs = 60_000): Promise<void> {
    for (let ms = 0; ms < limitMs && !isTrue(); ms += 50) await this.advance(50);
    if (!isTrue()) throw new Error(`not so after ${limitMs} ms`);
  }

  async finish({ utterance }: ChangeSpeech, limitMs = 90_000): Promise<LaneUtteranceEnd> {
    let end: LaneUtteranceEnd | undefined;
    void utterance.played.then((result) => (end = result));
    await this.until(() => end !== undefined, limitMs);
    // What is on its way is heard.
    await this.advance(300);
    return end!;
  }

  dispose(): void {
    this.lane.dispose();
    this.room.dispose();
  }

  #all(): HeardFrame[] {
    return [...this.#source, ...this.#heard].sort((a, b) => a.atMs - b.atMs || a.mark - b.mark);
  }

  #listen(ear: SimulatedParticipant): void {
    this.#ear = ear;
    let begun: number | undefined;
    ear.onDidHearTrack(({ samples }) => {
      const mark = samples[0]!;
      this.#pieces.push({ mark, samples: samples.length });
      if (mark === begun) {
        begun = undefined;
        return;
      }
      begun = mark;
      this.#heard.push({ lane: 'media', mark, atMs: this.clock.nowMs() });
    });
  }

  async #write(
    utterance: LaneUtterance,
    marks: readonly number[],
    phraseMs: number | undefined,
    speed: number,
  ): Promise<void> {
    const format = { codecId: 'opus', sampleRateHz, frameMs };
    const startMs = this.clock.nowMs();
    let batch: EncodedFrame[] = [];
    for (const [index, mark] of marks.entries()) {
      const payload = new Uint8Array(60);
      payload[0] = mark & 255;
      payload[1] = mark >> 8;
      batch.push({ index, payload, format, pcm: new Int16Array(frameSamples).fill(mark) });
      const endMs = (index + 1) * frameMs;
      const waitMs = startMs + endMs / speed - this.clock.nowMs();
      if (waitMs > 0) await delay(this.clock, waitMs);
      const endsPhrase = phraseMs !== undefined && endMs % phraseMs === 0;
      if (batch.length < 4 && !endsPhrase && index + 1 < marks.length) continue;
      await utterance.ready();
      utterance.writeFrames({ frames: batch, ...(endsPhrase ? { endsPhrase } : {}) });
      batch = [];
    }
    utterance.end(marks.length * frameSamples);
  }
}

function listenToData(ear: SimulatedParticipant, clock: VirtualClock, heard: HeardFrame[]): void {
  const receiver = createSpeechReceiver({
    channel: ear,
    clock,
    decoders: new Map([['opus', markCodec]]),
    createSink: () => createCallbackSink(() => undefined),
  });
  receiver.onDidPlayFrame(({ payload }) =>
    heard.push({ lane: 'data', mark: markOf(payload), atMs: clock.nowMs() }),
  );
  ear.onDidPublishTrack(({ from, continues }) => {
    if (continues === undefined) return;
    const { channel, utteranceSequence, frame } = continues;
    receiver.limitUtterance({ sender: from, channel }, utteranceSequence, frame);
  });
}
