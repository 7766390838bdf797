import { type AudioPacket, type EndPacket, type StreamHeader, audioFlag } from '@eloquence/wire';
import { PacketLog } from './packet-log.js';
import type { BufferBudget } from '../buffer/buffer-budget.js';
import { FormatTable } from '../buffer/format-table.js';
import { FrameStore } from '../buffer/frame-store.js';
import { PlayoutProgress } from '../schedule/playout-progress.js';

/** What became of one packet. */
export interface PacketOutcome {
  readonly verdict: 'new' | 'duplicate' | 'refused';
  /** Full count of the packet in its utterance. */
  readonly position: number;
  readonly newFrames: number;
  readonly duplicateFrames: number;
  /** Packets that this one overtook and that have not arrived. */
  readonly skippedPackets: number;
  /** New frames that playout would have needed before. */
  readonly lateFrames: number;
}

/** One utterance at the receiver: what has arrived of it, what is known of its end, how far it has been played. */
export class Utterance {
  readonly utteranceSequence: number;
  readonly firstPacketAtMs: number;
  readonly log = new PacketLog();
  readonly formats = new FormatTable();
  readonly frames: FrameStore;
  readonly progress = new PlayoutProgress();
  lastFrameAtMs: number | undefined;
  completedAtMs: number | undefined;
  frameCount: number | undefined;
  /** Samples without the padding of the last frame; known from the END packet only. */
  endSampleCount: number | undefined;
  #frameLimit = 0;
  #isBeginKnown = false;
  #isLimited = false;
  #blockedAt = -1;
  #blockedSinceMs: number | undefined;
  /** When its start level was there, the margin beyond it being waited for. */
  levelReachedAtMs: number | undefined;

  constructor(utteranceSequence: number, nowMs: number, budget: BufferBudget) {
    this.utteranceSequence = utteranceSequence;
    this.firstPacketAtMs = nowMs;
    this.frames = new FrameStore(this.formats, budget);
  }

  /** The END packet itself has arrived. */
  get isEndConfirmed(): boolean {
    return this.endSampleCount !== undefined;
  }

  /** Every frame has arrived. */
  get isComplete(): boolean {
    return this.frameCount !== undefined && this.frames.nextMissing >= this.frameCount;
  }

  /** Every frame that remains can be played. */
  get isPlayableToEnd(): boolean {
    return this.frameCount !== undefined && this.frames.contiguousEnd >= this.frameCount;
  }

  get isPlayedToEnd(): boolean {
    return this.frameCount !== undefined && this.frames.playhead >= this.frameCount;
  }

  get settings(): StreamHeader | undefined {
    return this.formats.settings;
  }

  /** One more than the highest frame that is known to exist. */
  get knownFrames(): number {
    return this.frameCount ?? this.#frameLimit;
  }

  /** Since when the next missing frame is known to be missing: later ones are there. `undefined` if none is. */
  get blockedSinceMs(): number | undefined {
    return this.#blockedSinceMs;
  }

  /**
   * Takes in an audio packet that lies in a buffer of the transport: its bytes are copied once, if they are kept.
   *
   * @param bytes the packet's bytes, of which the payloads are views
   */
  receive(packet: AudioPacket, bytes: Uint8Array, nowMs: number, isNextToPlay: boolean): PacketOutcome {
    if ((packet.flags & audioFlag.start) !== 0) this.#noteBegin(packet);
    const position = this.log.unwrap(packet.sequence);
    const judged = this.log.judge(position);
    if (judged === 'refused' || this.#contradictsEnd(packet)) return outcome('refused', position);
    // A packet that gives a known format index another meaning cannot be trusted with its frames either.
    if (!this.#learnHeader(packet, position)) return outcome('refused', position);
    if (judged === 'duplicate') return outcome('duplicate', position);

    const frameCount = packet.payloads.length;
    const extent = { firstFrame: packet.firstFrame, frameCount, formatIndex: packet.formatIndex };
    if (!this.frames.hasRoomFor(extent, bytes.length, isNextToPlay)) {
      return outcome('refused', position);
    }
    const limit = this.#isLimited ? this.frameCount! : Infinity;
    const lateBefore = this.#dueFrame(nowMs);
    let newFrames = 0;
    let lateFrames = 0;
    let kept: Uint8Array | undefined;
    for (let at = 0; at < frameCount; at++) {
      const index = packet.firstFrame + at;
      if (index >= limit || this.frames.has(index)) continue;
      // `new Uint8Array` copies whatever the source is; `slice` of a Node Buffer would not.
      kept ??= new Uint8Array(bytes);
      const payload = packet.payloads[at]!;
      const offset = payload.byteOffset - bytes.byteOffset;
      const view = kept.subarray(offset, offset + payload.length);
      this.frames.insert(index, view, packet.formatIndex, Math.ceil(bytes.length / frameCount));
      newFrames++;
      if (index < lateBefore) lateFrames++;
    }
    const skippedPackets = this.log.record(position);
    this.#frameLimit = Math.max(this.#frameLimit, Math.min(limit, packet.firstFrame + frameCount));
    this.progress.lateFrames += lateFrames;
    if (newFrames > 0) this.lastFrameAtMs = nowMs;
    if ((packet.flags & audioFlag.end) !== 0 && this.#frameLimit === packet.firstFrame + frameCount) {
      this.frameCount ??= this.#frameLimit;
    }
    this.#noteBlock(nowMs);
    this.#noteCompletion(nowMs);
    const duplicateFrames = Math.min(frameCount, limit - packet.firstFrame) - newFrames;
    return { verdict: 'new', position, newFrames, duplicateFrames, skippedPackets, lateFrames };
  }

  /** Learns the extent of the utterance. False if the packet contradicts what has arrived or was said before. */
  receiveEnd(end: EndPacket, nowMs: number): boolean {
    if (end.frameCount < this.#frameLimit) return false;
    if (this.frameCount !== undefined && this.frameCount !== end.frameCount) return false;
    if (!this.log.learnCount(end.packetCount)) return false;
    this.frameCount = end.frameCount;
    this.endSampleCount = end.sampleCount;
    this.#noteCompletion(nowMs);
    return true;
  }

  /** The sender goes on elsewhere from this frame: the utterance ends there, or at the playhead if that is beyond. */
  limit(frame: number): void {
    const end = Math.max(frame, this.frames.playhead);
    if (this.frameCount !== undefined && this.frameCount <= end) return;
    this.frames.truncate(end);
    this.#frameLimit = Math.min(this.#frameLimit, end);
    this.frameCount = end;
    this.#isLimited = true;
  }

  /** Duration of the frames before `end` from the first one on that is not silent, beginning with `frame`, ms. */
  soundMs(frame: number, end: number): number {
    return Math.max(0, end - this.progress.firstLoudFrame(frame, end)) * (this.settings?.frameMs ?? 0);
  }

  /** Gives up what is held; the log stays for reports. */
  release(): void {
    this.frames.clear();
  }

  /** The packet of the start says where the utterance begins for this receiver, unless playout has begun. */
  #noteBegin({ sequence, firstFrame }: AudioPacket): void {
    const isTooLate = this.#isBeginKnown || this.frames.playhead > 0 || this.progress.framesHandedOn > 0;
    const isBeyondEnd =
      (this.log.count ?? Infinity) <= sequence || (this.frameCount ?? Infinity) <= firstFrame;
    if (isTooLate || isBeyondEnd) return;
    this.#isBeginKnown = true;
    if (sequence === 0 && firstFrame === 0) return;
    this.log.beginAt(sequence);
    this.frames.beginAt(firstFrame);
  }

  #noteBlock(nowMs: number): void {
    const { nextMissing } = this.frames;
    const isBlocked = nextMissing < this.#frameLimit;
    if (!isBlocked) this.#blockedSinceMs = undefined;
    else if (this.#blockedSinceMs === undefined || nextMissing !== this.#blockedAt)
      this.#blockedSinceMs = nowMs;
    this.#blockedAt = nextMissing;
  }

  #noteCompletion(nowMs: number): void {
    if (this.isComplete) this.completedAtMs ??= nowMs;
  }

  #contradictsEnd(packet: AudioPacket): boolean {
    if (this.frameCount === undefined) return false;
    // Of a packet across a limit, the frames before it are wanted.
    const needed = this.#isLimited ? 1 : packet.payloads.length;
    return packet.firstFrame + needed > this.frameCount;
  }

  #learnHeader(packet: AudioPacket, position: number): boolean {
    if (packet.streamHeader === undefined) return true;
    const verdict = this.formats.learn(packet.formatIndex, packet.streamHeader, position);
    if (verdict === 'new') this.frames.advance();
    return verdict !== 'conflict';
  }

  /** Frames below have been due by now: a stalled playout would have needed them. */
  #dueFrame(nowMs: number): number {
    const { stalledSinceMs } = this.progress;
    const frameMs = this.settings?.frameMs;
    if (stalledSinceMs === undefined || frameMs === undefined) return 0;
    return this.frames.playhead + 1 + Math.floor((nowMs - stalledSinceMs) / frameMs);
  }
}

function outcome(verdict: 'duplicate' | 'refused', position: number): PacketOutcome {
  return { verdict, position, newFrames: 0, duplicateFrames: 0, skippedPackets: 0, lateFrames: 0 };
}
