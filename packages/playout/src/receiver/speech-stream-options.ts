import type { Clock, CodecFactory, EloquenceError, WordTiming } from '@eloquence/plugin-api';
import type { BufferLimits } from '../buffer/buffer-budget.js';
import type { HeldFrame } from '../buffer/frame-store.js';
import type { PlayoutOutcome } from '../engine/playout-options.js';
import type { Utterance } from '../engine/utterance.js';
import type { AudioSink } from '../sink/audio-sink.js';
import type { PacketSender } from './packet-sender.js';
import type { MutableCounters } from './receiver-counters.js';
import type { SpeechStreamId } from './speech-events.js';

export interface SpeechStreamOptions {
  readonly id: SpeechStreamId;
  readonly clock: Clock;
  readonly sink: AudioSink;
  readonly codecs: ReadonlyMap<string, CodecFactory>;
  readonly limits: BufferLimits;
  readonly blockMs: number;
  readonly smoothing: boolean;
  readonly sender: PacketSender;
  readonly counters: MutableCounters;
  readonly listener: SpeechStreamListener;
}

export interface SpeechStreamListener {
  onStartUtterance(utterance: Utterance): void;
  onReceiveFrames(utterance: Utterance, firstFrame: number, frameCount: number, payloadBytes: number): void;
  onStartPlayout(utterance: Utterance, atMs: number): void;
  onPlayFrame(utterance: Utterance, frame: HeldFrame): void;
  onStall(utterance: Utterance, atMs: number): void;
  onResume(utterance: Utterance, atMs: number): void;
  onFinish(utterance: Utterance, outcome: PlayoutOutcome, atMs: number): void;
  onReceiveWords(generation: number, firstWord: number, words: readonly WordTiming[]): void;
  onFault(error: EloquenceError): void;
}
