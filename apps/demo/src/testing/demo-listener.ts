import { connectRoom, type Room } from '@eloquence/livekit-adapter';
import { type Clock, createSystemClock } from '@eloquence/plugin-api';
import { createCallbackSink } from '@eloquence/playout';
import { attachListener, type Listener } from '@eloquence/streamer';
import type { ArmAccess, ArmId, SessionFacts } from '../protocol.js';

/** Sample that counts as sound. */
const LOUD = 500;

/** What the page does with its ears, in Node: joins every arm's room through the emulated link. */
export class DemoListener {
  /** When each arm was heard for the first and for the last time since {@link listen}, on the system's clock. */
  readonly firstLoudAtMs = new Map<ArmId, number>();
  readonly lastLoudAtMs = new Map<ArmId, number>();
  readonly #clock: Clock = createSystemClock();
  readonly #rooms: Room[] = [];
  readonly #listeners: Listener[] = [];

  static async join(session: SessionFacts): Promise<DemoListener> {
    const listener = new DemoListener();
    await Promise.all(session.arms.map((access) => listener.#join(access)));
    return listener;
  }

  /** Forgets what was heard. */
  listen(): void {
    this.firstLoudAtMs.clear();
    this.lastLoudAtMs.clear();
  }

  async leave(): Promise<void> {
    for (const listener of this.#listeners.splice(0)) await listener.dispose();
    for (const room of this.#rooms.splice(0)) await room.disconnect();
  }

  async #join({ arm, url, token }: ArmAccess): Promise<void> {
    const room = await connectRoom({ url, token });
    this.#rooms.push(room);
    const sink = createCallbackSink(({ samples }) => {
      if (!samples.some((sample) => Math.abs(sample) >= LOUD)) return;
      const nowMs = this.#clock.nowMs();
      if (!this.firstLoudAtMs.has(arm)) this.firstLoudAtMs.set(arm, nowMs);
      this.lastLoudAtMs.set(arm, nowMs);
    });
    this.#listeners.push(await attachListener(room, { sink, media: arm !== 'eloquence' }));
  }
}
