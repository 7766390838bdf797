import { type DatagramSendOptions, EloquenceError } from '@eloquence/plugin-api';

/** Hands one packet to the room; settles when it was taken or refused. */
export type Publish = (packet: Uint8Array, options: DatagramSendOptions) => Promise<void>;

/** What became of the packets given to a {@link PublishQueue}. */
export interface PublishCounters {
  published: number;
  publishedBytes: number;
  /** Refused by the SDK. */
  failed: number;
  /** Refused here because too many were waiting. */
  overflowed: number;
  /** Most packets that ever waited. */
  mostWaiting: number;
}

interface Waiting {
  readonly packet: Uint8Array;
  readonly options: DatagramSendOptions;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

const maxInFlight = 4;
/** Reliable packets may block for seconds on a bad link; half of the places stay free for the others. */
const maxReliableInFlight = 2;
const maxWaiting = 256;

/**
 * Keeps few `publishData` calls open at a time: more gain nothing (each gets slower), and what waits here can still
 * be dropped. Lossy and reliable packets wait apart, each in order.
 */
export class PublishQueue {
  readonly counters: PublishCounters = {
    published: 0,
    publishedBytes: 0,
    failed: 0,
    overflowed: 0,
    mostWaiting: 0,
  };
  readonly #publish: Publish;
  #lossy: Waiting[] = [];
  #reliable: Waiting[] = [];
  #inFlight = 0;
  #reliableInFlight = 0;
  #closedBy: EloquenceError | undefined;

  constructor(publish: Publish) {
    this.#publish = publish;
  }

  get waiting(): number {
    return this.#lossy.length + this.#reliable.length;
  }

  get inFlight(): number {
    return this.#inFlight;
  }

  send(packet: Uint8Array, options: DatagramSendOptions): Promise<void> {
    if (this.#closedBy !== undefined) return Promise.reject(this.#closedBy);
    const queue = options.reliable ? this.#reliable : this.#lossy;
    if (queue.length >= maxWaiting) {
      this.counters.overflowed++;
      return Promise.reject(
        new EloquenceError(
          'CONNECTION_LOST',
          `${maxWaiting} packets are waiting to be sent; this one was dropped.`,
          {
            hint: 'The connection takes nothing at the moment; wait for earlier packets before sending more.',
          },
        ),
      );
    }
    return new Promise((resolve, reject) => {
      queue.push({ packet, options, resolve, reject });
      this.#pump();
      this.counters.mostWaiting = Math.max(this.counters.mostWaiting, this.waiting);
    });
  }

  /** Rejects what waits. What is in flight settles by itself. */
  drop(error: EloquenceError): void {
    const dropped = [...this.#lossy, ...this.#reliable];
    this.#lossy = [];
    this.#reliable = [];
    for (const waiting of dropped) waiting.reject(error);
  }

  /** Rejects what waits, and everything from now on. */
  close(error: EloquenceError): void {
    if (this.#closedBy !== undefined) return;
    this.#closedBy = error;
    this.drop(error);
  }

  #pump(): void {
    while (this.#inFlight < maxInFlight) {
      const next =
        this.#lossy.shift() ??
        (this.#reliableInFlight < maxReliableInFlight ? this.#reliable.shift() : undefined);
      if (next === undefined) return;
      void this.#run(next);
    }
  }

  async #run({ packet, options, resolve, reject }: Waiting): Promise<void> {
    this.#inFlight++;
    if (options.reliable) this.#reliableInFlight++;
    try {
      await this.#publish(packet, options);
      this.counters.published++;
      this.counters.publishedBytes += packet.length;
      resolve();
    } catch (error) {
      this.counters.failed++;
      reject(
        this.#closedBy ??
          new EloquenceError('CONNECTION_LOST', 'The room refused a packet.', {
            cause: error,
            hint: 'The connection is going down or coming back; the packet was not sent.',
          }),
      );
    } finally {
      this.#inFlight--;
      if (options.reliable) this.#reliableInFlight--;
      this.#pump();
    }
  }
}
