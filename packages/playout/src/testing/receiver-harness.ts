import { createHash } from 'node:crypto';
import { VirtualClock } from '@eloquence/base';
import {
  type BlockKind,
  type SpeechReceiver,
  type SpeechReceiverOptions,
  type UtteranceFinishedEvent,
  createSpeechReceiver,
} from '../index.js';
import { FakeChannel } from './fake-channel.js';
import { createFakeCodec } from './fake-codec.js';

export interface HeardBlock {
  readonly atMs: number;
  readonly samples: Int16Array;
  readonly kind: BlockKind;
  readonly utteranceSequence: number | undefined;
}

/** A receiver on virtual time whose events and blocks are recorded. */
export class ReceiverHarness {
  readonly clock = new VirtualClock(1000);
  readonly channel = new FakeChannel(() => this.clock.nowMs());
  readonly codec = createFakeCodec();
  readonly blocks: HeardBlock[] = [];
  readonly log: string[] = [];
  readonly playedFrames: { readonly utteranceSequence: number; readonly index: number }[] = [];
  readonly finished: UtteranceFinishedEvent[] = [];
  readonly digest = createHash('sha256');
  readonly receiver: SpeechReceiver;

  constructor(options: Partial<SpeechReceiverOptions> = {}) {
    this.receiver = createSpeechReceiver({
      channel: this.channel,
      clock: this.clock,
      decoders: new Map([['fake', this.codec]]),
      createSink: () => ({
        write: ({ samples, kind, utteranceSequence }) => {
          this.blocks.push({ atMs: this.clock.nowMs(), samples: samples.slice(), kind, utteranceSequence });
        },
      }),
      ...options,
    });
    this.receiver.onDidStartUtterance(({ utteranceSequence }) => this.log.push(`start ${utteranceSequence}`));
    this.receiver.onDidStartPlayout(({ utteranceSequence }) => this.log.push(`playout ${utteranceSequence}`));
    this.receiver.onDidStall(({ utteranceSequence }) => this.log.push(`stall ${utteranceSequence}`));
    this.receiver.onDidResume(({ utteranceSequence }) => this.log.push(`resume ${utteranceSequence}`));
    this.receiver.onDidFault(({ error }) => this.log.push(`fault ${error.code}`));
    this.receiver.onDidPlayFrame(({ utteranceSequence, index, payload }) => {
      this.playedFrames.push({ utteranceSequence, index });
      this.digest.update(payload);
    });
    this.receiver.onDidFinishUtterance((event) => {
      this.finished.push(event);
      this.log.push(`finish ${event.utteranceSequence} ${event.outcome}`);
    });
  }

  deliver(...packets: readonly Uint8Array[]): void {
    for (const packet of packets) this.channel.deliver(packet);
  }

  /** All samples that were heard, one after the other. */
  get heard(): Int16Array {
    const all = new Int16Array(this.blocks.reduce((sum, block) => sum + block.samples.length, 0));
    let at = 0;
    for (const block of this.blocks) {
      all.set(block.samples, at);
      at += block.samples.length;
    }
    return all;
  }
}

export function digestOf(payloads: readonly Uint8Array[]): string {
  const digest = createHash('sha256');
  for (const payload of payloads) digest.update(payload);
  return digest.digest('hex');
}
