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
  readonly generation: number | undefined;
}

/** A receiver on virtual time whose events and blocks are recorded. */
export class ReceiverRig {
  readonly clock = new VirtualClock(1000);
  readonly channel = new FakeChannel(() => this.clock.nowMs());
  readonly codec = createFakeCodec();
  readonly blocks: HeardBlock[] = [];
  readonly log: string[] = [];
  readonly playedFrames: { readonly generation: number; readonly index: number }[] = [];
  readonly finished: UtteranceFinishedEvent[] = [];
  readonly digest = createHash('sha256');
  readonly receiver: SpeechReceiver;

  constructor(options: Partial<SpeechReceiverOptions> = {}) {
    this.receiver = createSpeechReceiver({
      channel: this.channel,
      clock: this.clock,
      decoders: new Map([['fake', this.codec]]),
      createSink: () => ({
        write: ({ samples, kind, generation }) => {
          this.blocks.push({ atMs: this.clock.nowMs(), samples: samples.slice(), kind, generation });
        },
      }),
      ...options,
    });
    this.receiver.onDidStartUtterance(({ generation }) => this.log.push(`start ${generation}`));
    this.receiver.onDidStartPlayout(({ generation }) => this.log.push(`playout ${generation}`));
    this.receiver.onDidStall(({ generation }) => this.log.push(`stall ${generation}`));
    this.receiver.onDidResume(({ generation }) => this.log.push(`resume ${generation}`));
    this.receiver.onDidFault(({ error }) => this.log.push(`fault ${error.code}`));
    this.receiver.onDidPlayFrame(({ generation, index, payload }) => {
      this.playedFrames.push({ generation, index });
      this.digest.update(payload);
    });
    this.receiver.onDidFinishUtterance((event) => {
      this.finished.push(event);
      this.log.push(`finish ${event.generation} ${event.outcome}`);
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
