import type { EloquenceError } from '@eloquence/plugin-api';
import type { ReceiverPeer } from '../receivers/receiver-peer.js';
import { ReceiverStream } from '../stream/receiver-stream.js';
import type { DataUtteranceContext } from './data-utterance-context.js';
import type { FanOut } from './fan-out.js';
import type { OutgoingPacket } from './packetizer.js';
import type { PlayoutEstimate } from './playout-estimate.js';
import { UnheardPackets } from './unheard-packets.js';
import type { UtteranceWriter } from './utterance-writer.js';
import type { WordsSender } from './words-sender.js';

/** What was heard is an estimate: so much of it is sent again rather than left out, ms. */
const overlapMs = 100;

/** A component that is mounted anew takes leave before it greets again; it is waited for so long, ms. */
const remountMs = 1000;

export interface LateJoinsOptions {
  readonly context: DataUtteranceContext;
  readonly fanOut: FanOut;
  readonly playout: PlayoutEstimate;
  readonly writer: UtteranceWriter;
  readonly words: WordsSender;
  /** Where the last receiver has gone, another one is waited for. */
  readonly awaitsReceivers: boolean;
}

/**
 * Receivers that come while an utterance is being said. A page that was loaded anew goes on where its former life
 * stopped; who comes for the first time hears it from where the others are, or were when the last of them went.
 */
export class LateJoins {
  readonly #options: LateJoinsOptions;
  readonly #unheard = new UnheardPackets();
  /** Where the receivers were that are gone, ms. */
  #departedMs = 0;
  /** Why there is nobody, and until when that is put up with, on `AwakeClock`. */
  #desertion: { readonly error: EloquenceError; readonly untilMs: number } | undefined;

  constructor(options: LateJoinsOptions) {
    this.#options = options;
  }

  /** There is no receiver, and another one is waited for. */
  get isAwaited(): boolean {
    return this.#desertion !== undefined && this.#options.fanOut.streams.size === 0;
  }

  /** Why the utterance fails, if nobody has come in time. */
  get givenUpBy(): EloquenceError | undefined {
    const desertion = this.isAwaited ? this.#desertion : undefined;
    if (desertion === undefined) return undefined;
    return this.#options.context.awake.nowMs() > desertion.untilMs ? desertion.error : undefined;
  }

  /** A receiver is about to be given up. The next one is waited for as long as this one would have been. */
  noteDeparture(stream: ReceiverStream, error: EloquenceError): void {
    const { context, playout, awaitsReceivers } = this.#options;
    const { aliveUntilMs, rtt } = stream.peer;
    // Its last sign of life was on its way meanwhile.
    this.#departedMs = Math.max(this.#departedMs, playout.heardMs(stream, aliveUntilMs - rtt.minMs / 2));
    const { clock, awake, unackedLimitMs } = context;
    const nowMs = awake.nowMs();
    // What the speaker slept was nobody's silence.
    const silentMs = Math.min(clock.nowMs() - aliveUntilMs, stream.peer.unansweredForMs(nowMs));
    if (awaitsReceivers && !stream.isComplete)
      this.#desertion = { error, untilMs: nowMs + unackedLimitMs - silentMs };
    else if (stream.peer.hasTakenLeave) this.#desertion = { error, untilMs: nowMs + remountMs };
    else this.#desertion = undefined;
  }

  add(packet: OutgoingPacket): void {
    this.#unheard.add(packet);
  }

  /** Receivers have told where they are. */
  forgetHeard(): void {
    this.#unheard.forgetBefore(this.#options.playout.leastHeardMs);
  }

  /** @param heardAtMs when its former life was heard last: nothing is left out that it may not have heard */
  join(peer: ReceiverPeer, heardAtMs: number): void {
    const { context, fanOut, playout, writer, words } = this.#options;
    const { settings, totals } = writer;
    if (!peer.canReceive(settings.codec.codecId)) return;
    const before = fanOut.streams.get(peer.receiver);
    const othersMs = fanOut.streams.size > 0 ? playout.furthestMs : this.#departedMs;
    const heardMs = before === undefined ? othersMs : playout.heardMs(before, heardAtMs - peer.rtt.minMs / 2);
    const packets = this.#unheard.from(heardMs - overlapMs);
    const stream = new ReceiverStream({ ...context, peer, settings, first: packets[0] });
    fanOut.join(stream);
    for (const packet of packets) stream.pump(packet);
    stream.backlogMs = stream.queuedMs;
    if (totals !== undefined) stream.end(totals);
    if (peer.hello.wantsWords === true) words.resend(peer, stream.progress.startMs);
    writer.wake();
  }
}
