import { DisposableStore } from '@eloquence/base';
import {
  type Clock,
  type DatagramChannel,
  Emitter,
  type Event,
  type PeerChange,
  type ReceivedDatagram,
  toEloquenceError,
} from '@eloquence/plugin-api';
import {
  type OfReceiver,
  type PingPacket,
  type ProbePacket,
  decodePacket,
  encodeByePacket,
  encodeHelloPacket,
  encodePongPacket,
  wireVersion,
} from '@eloquence/wire';
import { HelloRetransmitter } from './hello-retransmitter.js';
import { type ReceiverId, drawReceiverId } from './receiver-id.js';
import { PacketSender } from './packet-sender.js';
import { type ReceiverCounters, createCounters } from './receiver-counters.js';
import { checkedAttributes, inRange } from './receiver-options.js';
import type { SpeechReceiver, SpeechReceiverOptions, SpeechStreamSnapshot } from './speech-receiver.js';
import type { SpeechEvent, SpeechEvents, SpeechStreamId } from './speech-events.js';
import { SpeechStream } from './speech-stream.js';
import { PingLog } from './stream-memory.js';
import { StreamRegistry, snapshotStream } from './stream-registry.js';

const maxStreams = 32;
const maxBytesPerStream = 8 * 1024 * 1024;
const defaultBufferMs = 120_000;
const defaultBlockMs = 10;

/**
 * Starts to listen on a channel.
 *
 * @throws EloquenceError `OPTION_INVALID` if `bufferMs` or `blockMs` is out of range, or `attributes` cannot be told
 */
export function createSpeechReceiver(options: SpeechReceiverOptions): SpeechReceiver {
  return new DefaultSpeechReceiver(options);
}

class DefaultSpeechReceiver implements SpeechReceiver {
  readonly #options: SpeechReceiverOptions;
  readonly #channel: DatagramChannel;
  readonly #clock: Clock;
  readonly #bufferMs: number;
  readonly #blockMs: number;
  readonly #attributes: Readonly<Record<string, string>>;
  readonly #counters = createCounters();
  readonly #id: ReceiverId;
  readonly #sender: PacketSender;
  readonly #helloRetransmitter: HelloRetransmitter;
  readonly #onDidEmit = new Emitter<SpeechEvent>(() => this.#counters.listenerErrors++);
  readonly #registry = new StreamRegistry(maxStreams);
  readonly #pings = new PingLog(maxStreams);
  readonly #subscriptions = new DisposableStore();
  #isDisposed = false;

  readonly onDidEmit = this.#onDidEmit.event;
  readonly onDidStartUtterance = this.#only('startUtterance');
  readonly onDidReceiveFrames = this.#only('receiveFrames');
  readonly onDidStartPlayout = this.#only('startPlayout');
  readonly onDidStall = this.#only('stall');
  readonly onDidResume = this.#only('resume');
  readonly onDidPlayFrame = this.#only('playFrame');
  readonly onDidReceiveWords = this.#only('receiveWords');
  readonly onDidFinishUtterance = this.#only('finishUtterance');
  readonly onDidFault = this.#only('fault');

  constructor(options: SpeechReceiverOptions) {
    this.#options = options;
    this.#channel = options.channel;
    this.#clock = options.clock;
    this.#bufferMs = inRange('bufferMs', options.bufferMs ?? defaultBufferMs, 100, 600_000);
    this.#blockMs = inRange('blockMs', options.blockMs ?? defaultBlockMs, 2, 100);
    this.#attributes = checkedAttributes(options.attributes ?? {});
    this.#id = drawReceiverId(options.random);
    this.#sender = new PacketSender(options.channel, options.clock, this.#counters);
    this.#helloRetransmitter = new HelloRetransmitter(options.clock, this.#sender);
    this.#subscriptions.add(this.#channel.onDidReceive((datagram) => this.#receive(datagram)));
    this.#subscriptions.add(this.#channel.onDidChangePeer((change) => this.#onPeer(change)));
    this.#subscriptions.add(
      this.#channel.onDidChangeState((state) => {
        if (state !== 'connected') return;
        this.#sayHello();
        for (const stream of this.#registry.all) stream.reportAll();
      }),
    );
    if (this.#channel.state === 'connected') this.#sayHello();
  }

  get counters(): ReceiverCounters {
    const live = this.#registry.all;
    const sum = (read: (stream: SpeechStream) => number): number =>
      live.reduce((total, item) => total + read(item), 0);
    return {
      ...this.#counters,
      packets: { ...this.#counters.packets },
      decodeFaults: this.#counters.decodeFaults + sum((stream) => stream.playout.decodeFaults),
      sinkFaults: this.#counters.sinkFaults + sum((stream) => stream.playout.sinkFaults),
    };
  }

  get streams(): readonly SpeechStreamSnapshot[] {
    return this.#registry.all.map((stream) => snapshotStream(stream, this.#clock.nowMs()));
  }

  limitUtterance({ sender, channel }: SpeechStreamId, utteranceSequence: number, frame: number): number {
    return (
      (this.#isDisposed ? undefined : this.#registry.get(sender, channel)?.limit(utteranceSequence, frame)) ??
      0
    );
  }

  dispose(): void {
    if (this.#isDisposed) return;
    this.#isDisposed = true;
    this.#subscriptions.dispose();
    this.#helloRetransmitter.dispose();
    for (const stream of this.#registry.all) {
      // Another receiver of the participant may go on where this one stops.
      if (!stream.isIdle) stream.reportAll();
      this.#registry.remove(stream);
    }
    this.#sayBye();
    this.#onDidEmit.dispose();
  }

  /** The events of one type. */
  #only<T extends keyof SpeechEvents>(type: T): Event<SpeechEvents[T]> {
    return (listener) =>
      this.#onDidEmit.event((happened) => {
        if (happened.type === type) listener(happened.event as SpeechEvents[T]);
      });
  }

  #receive({ packet: bytes, from }: ReceivedDatagram): void {
    const packet = decodePacket(bytes);
    if (packet.type === 'malformed') {
      this.#counters.malformed++;
      return;
    }
    if (packet.type === 'unknown') {
      this.#counters.unknown++;
      return;
    }
    this.#counters.packets[packet.type]++;
    if (!this.#listensTo(from)) {
      this.#counters.notAccepted++;
      return;
    }
    switch (packet.type) {
      case 'audio':
        this.#stream(from, packet.channel)?.receiveAudio(packet, bytes);
        return;
      case 'end':
        this.#stream(from, packet.channel)?.receiveEnd(packet);
        return;
      case 'flush':
        this.#stream(from, packet.channel)?.receiveFlush(packet.utteranceSequence);
        return;
      case 'words':
        this.#stream(from, packet.channel)?.receiveWords(packet);
        return;
      case 'probe':
        if (packet.origin !== undefined) this.#registry.noteEpoch(from, packet.origin);
        this.#sender.answer(
          this.#hello(packet, this.#registry.latestOf(from)?.newestUtteranceSequence),
          from,
        );
        break;
      case 'ping':
        if (!this.#isAddressed(packet)) return;
        this.#answerPing(packet, from);
        break;
      case 'pause':
      case 'resume':
      case 'mark':
      case 'ref':
        this.#counters.notSupported++;
        return;
      default:
        // Reports, greetings and answers of other receivers concern senders.
        return;
    }
    // What is spoken may be for another receiver, of this participant or of the room: a question says that this one
    // is known, or will be.
    this.#helloRetransmitter.noteHeard();
  }

  /** Whether a packet is for this receiver, or for every receiver of its participant. */
  #isAddressed({ receiverId }: OfReceiver): boolean {
    if (receiverId === 0 || receiverId === this.#id.receiverId) return true;
    this.#counters.notAddressed++;
    return false;
  }

  #answerPing(ping: PingPacket, from: string): void {
    const { history, isReportDue } = this.#pings.note(from, ping.nonce, this.#clock.nowMs());
    this.#sender.answer(
      encodePongPacket({ ...ping, type: 'pong', receiverId: this.#id.receiverId, history }),
      from,
    );
    if (isReportDue) this.#registry.latestOf(from)?.reportLatest();
  }

  #stream(sender: string, channel: number): SpeechStream | undefined {
    return this.#registry.get(sender, channel) ?? this.#open(sender, channel);
  }

  #open(sender: string, channel: number): SpeechStream | undefined {
    const nowMs = this.#clock.nowMs();
    if (!this.#registry.makeRoom(nowMs)) {
      this.#counters.streamsRefused++;
      return undefined;
    }
    const id = { sender, channel };
    try {
      const stream: SpeechStream = new SpeechStream({
        id,
        clock: this.#clock,
        sink: this.#options.createSink(id),
        codecs: this.#options.decoders,
        limits: { durationMs: this.#bufferMs, bytes: maxBytesPerStream },
        blockMs: this.#blockMs,
        smoothing: this.#options.smoothing ?? true,
        epoch: this.#registry.epochOf(sender, channel),
        dropsFormerSpeech: this.#options.formerSpeech !== 'finish',
        receiverId: this.#id.receiverId,
        sender: this.#sender,
        counters: this.#counters,
        tell: (event) => {
          this.#onDidEmit.fire(event);
          if (event.type === 'finishUtterance') this.#registry.retire(stream);
        },
      });
      this.#registry.add(stream);
      this.#counters.streamsOpened++;
      return stream;
    } catch (error) {
      this.#counters.streamsRefused++;
      const fault = { ...id, atMs: nowMs, error: toEloquenceError(error, 'IO_FAILED') };
      this.#onDidEmit.fire({ type: 'fault', event: fault });
      return undefined;
    }
  }

  #onPeer({ identity, isPresent }: PeerChange): void {
    if (isPresent) {
      this.#registry.noteReturn(identity);
      // A greeting says that this receiver hears them.
      if (this.#listensTo(identity)) this.#sender.send(this.#hello(), true, [identity]);
      return;
    }
    this.#registry.noteDeparture(identity);
  }

  #listensTo(identity: string): boolean {
    return this.#options.from?.includes(identity) ?? true;
  }

  /** To everybody that is listened to. Answers to a probe are not repeated, since the sender probes again. */
  #sayHello(): void {
    const { from } = this.#options;
    if (from?.length !== 0) this.#helloRetransmitter.greet(this.#hello(), from);
  }

  #sayBye(): void {
    const { from } = this.#options;
    if (from?.length !== 0)
      this.#sender.send(encodeByePacket({ type: 'bye', receiverId: this.#id.receiverId }), true, from);
  }

  #hello(probe?: ProbePacket, newestUtteranceSequence?: number): Uint8Array {
    return encodeHelloPacket({
      type: 'hello',
      ...this.#id,
      minVersion: wireVersion,
      maxVersion: wireVersion,
      bufferMs: this.#bufferMs,
      codecIds: [...this.#options.decoders.keys()],
      ...(this.#options.words === true ? { wantsWords: true } : {}),
      attributes: this.#attributes,
      probeNonce: probe?.nonce ?? 0,
      probeSendTimeMs: probe?.sendTimeMs ?? 0,
      ...(newestUtteranceSequence === undefined ? {} : { newestUtteranceSequence }),
    });
  }
}
