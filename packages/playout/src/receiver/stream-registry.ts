import type { ProbeOrigin } from '@eloquence/wire';
import type { SpeechStreamSnapshot } from './speech-receiver.js';
import type { SpeechStream } from './speech-stream.js';

/** A stream that has been silent for this long may be given up for a new one, ms. */
const quietMs = 5000;

/** The streams of a receiver by sender and channel; bounded. */
export class StreamRegistry {
  readonly #streams = new Map<string, SpeechStream>();
  /** Of senders, by stream; also before the stream is there. */
  readonly #epochs = new Map<string, number>();
  /** Senders that left while their streams were still playing. */
  readonly #departed = new Set<string>();
  readonly #maxStreams: number;

  constructor(maxStreams: number) {
    this.#maxStreams = maxStreams;
  }

  get all(): readonly SpeechStream[] {
    return [...this.#streams.values()];
  }

  get(sender: string, channel: number): SpeechStream | undefined {
    return this.#streams.get(key(sender, channel));
  }

  of(sender: string): readonly SpeechStream[] {
    return this.all.filter((stream) => stream.id.sender === sender);
  }

  /** The stream of a sender that a packet came for last. */
  latestOf(sender: string): SpeechStream | undefined {
    let latest: SpeechStream | undefined;
    for (const stream of this.of(sender))
      if (latest === undefined || stream.lastPacketAtMs > latest.lastPacketAtMs) latest = stream;
    return latest;
  }

  noteReturn(sender: string): void {
    this.#departed.delete(sender);
    for (const stream of this.of(sender)) stream.noteSenderJoined();
  }

  /** The sender left: what is being played is played to its end, and nothing more is to be expected. */
  noteDeparture(sender: string): void {
    for (const stream of this.of(sender)) {
      this.#departed.add(sender);
      if (stream.isIdle) this.remove(stream);
      else stream.playout.setSenderGone(true);
    }
    this.#forgetDeparted(sender);
  }

  /** An utterance of the stream ended: nothing more is to be expected of a sender that left. */
  retire(stream: SpeechStream): void {
    if (!this.#departed.has(stream.id.sender) || !stream.isIdle) return;
    this.remove(stream);
    this.#forgetDeparted(stream.id.sender);
  }

  /** A sender told which of its lives this is. */
  noteEpoch(sender: string, { channel, epoch }: ProbeOrigin): void {
    const id = key(sender, channel);
    if (!this.#epochs.has(id) && this.#epochs.size >= this.#maxStreams)
      this.#epochs.delete(this.#epochs.keys().next().value!);
    this.#epochs.set(id, epoch);
    this.#streams.get(id)?.noteEpoch(epoch);
  }

  epochOf(sender: string, channel: number): number | undefined {
    return this.#epochs.get(key(sender, channel));
  }

  /** Makes room for one more: gives up the quietest stream that has nothing to play. False if there is none. */
  makeRoom(nowMs: number): boolean {
    if (this.#streams.size < this.#maxStreams) return true;
    let quietest: SpeechStream | undefined;
    for (const stream of this.#streams.values()) {
      const isQuiet = stream.isIdle || (!stream.isPlaying && nowMs - stream.lastPacketAtMs > quietMs);
      if (!isQuiet) continue;
      if (quietest === undefined || stream.lastPacketAtMs < quietest.lastPacketAtMs) quietest = stream;
    }
    if (quietest === undefined) return false;
    this.remove(quietest);
    return true;
  }

  add(stream: SpeechStream): void {
    this.#streams.set(key(stream.id.sender, stream.id.channel), stream);
  }

  /** Takes a stream out and releases it. */
  remove(stream: SpeechStream): void {
    const id = key(stream.id.sender, stream.id.channel);
    if (this.#streams.get(id) === stream) this.#streams.delete(id);
    stream.dispose();
  }

  #forgetDeparted(sender: string): void {
    if (this.of(sender).length === 0) this.#departed.delete(sender);
  }
}

function key(sender: string, channel: number): string {
  return `${channel}/${sender}`;
}

/** What a stream is doing now. */
export function snapshotStream(stream: SpeechStream, nowMs: number): SpeechStreamSnapshot {
  const utterance = stream.playout.queue.front ?? stream.latest;
  return {
    ...stream.id,
    utteranceSequence: utterance?.utteranceSequence,
    playout: utterance?.progress.state ?? 'idle',
    bufferAheadMs: utterance === undefined ? 0 : stream.playout.bufferAheadMs(utterance),
    playheadFrame: utterance === undefined ? 0 : stream.playout.playheadFrame(utterance),
    stalls: utterance?.progress.stalls ?? 0,
    stalledMs: utterance?.progress.stalledMs(nowMs) ?? 0,
    concealedMs: utterance?.progress.concealedMs ?? 0,
    stretchedMs: utterance?.progress.stretchedMs ?? 0,
    shortenedMs: utterance?.progress.shortenedMs ?? 0,
    settings: utterance?.settings,
    heldBytes: stream.heldBytes,
    arrivals: stream.statistics.snapshot(nowMs),
  };
}
