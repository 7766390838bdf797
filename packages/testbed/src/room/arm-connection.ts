import type { PluginDescriptor } from '@eloquence/plugin-api';
import type { ArmListener } from '../listener/arm-listener.js';
import type { WireClass } from '../link/listener-link.js';

/** A room with a speaker and, unless nobody was asked to listen, a listener behind an emulated link. */
export interface ArmConnection {
  /** What the streamer speaks into. */
  readonly target: unknown;
  /** Plugins that the streamer needs for it. */
  readonly plugins: readonly PluginDescriptor[];
  readonly listener: ArmListener | undefined;
  /** IP bytes that entered the listener's downlink so far; `null` if nobody counts. */
  wireBytes(wireClass: WireClass): Promise<number | null>;
  /**
   * Settles as `work` does, but rejects at once when the listener or the server is gone, `signal` is aborted, or
   * `limitMs` is over.
   *
   * @throws EloquenceError `RECEIVER_LEFT`, `SERVER_FAILED`, `ABORTED`, `DELIVERY_INCOMPLETE`
   */
  guard<T>(work: Promise<T>, limitMs: number, signal: AbortSignal): Promise<T>;
  close(): Promise<void>;
}

/** Identities travel in every data packet: as short as can be. */
export const SPEAKER = 's';
export const LISTENER = 'l';
