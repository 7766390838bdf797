import type { Clock, Disposable } from '@eloquence/plugin-api';
import { encodeFlushPacket } from '@eloquence/wire';
import { OwnedTimers } from '../owned-timers.js';
import type { LaneOutlet } from './lane-outlet.js';

/** When the repeats of a FLUSH go out, ms after the first. */
const repeatsMs = [20, 60] as const;

/** Tells every receiver to forget an utterance and all before it: on both channels, and repeatedly. */
export class FlushSender implements Disposable {
  readonly #channel: number;
  readonly #outlet: LaneOutlet;
  readonly #timers: OwnedTimers;

  constructor(clock: Clock, channel: number, outlet: LaneOutlet) {
    this.#timers = new OwnedTimers(clock);
    this.#channel = channel;
    this.#outlet = outlet;
  }

  send(utteranceSequence: number): void {
    const bytes = encodeFlushPacket({
      type: 'flush',
      channel: this.#channel,
      utteranceSequence: utteranceSequence,
    });
    this.#outlet.send(bytes, false);
    this.#outlet.send(bytes, true);
    for (const delayMs of repeatsMs) this.#timers.after(delayMs, () => this.#outlet.send(bytes, false));
  }

  dispose(): void {
    this.#timers.dispose();
  }
}
