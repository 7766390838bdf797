import { connectRoom, type Room } from '@eloquence/livekit-adapter';
import { type Clock, createSystemClock, type EloquenceError } from '@eloquence/plugin-api';
import { attachListener, type Listener } from '@eloquence/streamer';
import { LOUD_THRESHOLD } from '../figures/loudness.js';
import type { Collected, CollectRequest } from './arm-listener.js';
import { ListenerEars } from './listener-ears.js';
import type { OpenMessage } from './protocol.js';

/** Everything in the listener's process: the room, the receiver, and the ears that measure. */
export class ListenerHost {
  readonly #clock: Clock = createSystemClock();
  readonly #onFail: (error: EloquenceError) => void;
  #ears: ListenerEars | undefined;
  #room: Room | undefined;
  #listener: Listener | undefined;

  /** @param onFail told what makes measuring on pointless */
  constructor(onFail: (error: EloquenceError) => void) {
    this.#onFail = onFail;
  }

  /** @throws EloquenceError what connecting throws; `IO_FAILED` if the WAV file cannot be created. */
  async open({ url, token, speaker, out }: OpenMessage): Promise<void> {
    const ears = new ListenerEars({ clock: this.#clock, speaker, out, onFail: this.#onFail });
    this.#ears = ears;
    this.#room = await connectRoom({ url, token });
    const listener = await attachListener(this.#room, {
      clock: this.#clock,
      loudness: { threshold: LOUD_THRESHOLD },
      createSink: (stream) => ears.createSink(stream),
    });
    this.#listener = listener;
    ears.listenTo(listener.speech, () => listener.readInboundAudio());
  }

  async begin(isRecorded: boolean): Promise<void> {
    await this.#opened().begin(isRecorded);
  }

  async collect(request: CollectRequest): Promise<Collected> {
    return await this.#opened().collect(request);
  }

  /** @throws EloquenceError `IO_FAILED` if the WAV file could not be completed. */
  async close(): Promise<void> {
    try {
      this.#ears?.dispose();
    } finally {
      await this.#listener?.dispose();
      await this.#room?.disconnect();
    }
  }

  #opened(): ListenerEars {
    if (this.#ears === undefined) throw new Error('The listener has not been opened.');
    return this.#ears;
  }
}
