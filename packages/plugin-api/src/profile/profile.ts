import type { BatchSettings } from '../batching/batcher.js';

/** Copies of the first packets of an utterance: they hide the loss of a packet that nothing else can repair in time. */
export interface RedundancySettings {
  /** How many of the first packets are copied, 0–8. */
  readonly redundantFirstPackets: number;
  /** When each copy of such a packet is sent, ms after the original. More than one entry means several copies. */
  readonly redundancyDelaysMs: readonly number[];
  /**
   * How many packets are copied beside those, counted from the moment when these settings took effect. Used for
   * protection in the midst of an utterance; profiles leave it out.
   */
  readonly redundantNextPackets?: number;
  /**
   * Whether what is on its way when the last packet has left is copied as well, on lossy links; true where absent and
   * anything is copied. Narrow links have no room for it; profiles leave it out.
   */
  readonly redundantTail?: boolean;
}

/** How much audio receivers gather. */
export interface PlayoutSettings {
  /** Audio that the receiver gathers before it starts, ms. */
  readonly initialBufferMs: number;
  /** Audio that it gathers after a stall before it goes on, ms. */
  readonly rebufferMs: number;
}

/** How much may be on its way to one receiver. */
export interface WindowSettings {
  /** Unacknowledged data allowed, as a multiple of the bandwidth-delay product. */
  readonly cwndGain: number;
  /** Before the first measurement, and never less than two packets: packets allowed in flight. */
  readonly initialPackets: number;
}

/** The codec part of a profile. */
export interface CodecSettings {
  readonly codecId: string;
  readonly bitrateBps: number;
  readonly frameMs: number;
  /** Effort of the encoder, 0–10; codecs without such a setting ignore it. */
  readonly complexity: number;
}

/** All that the sending path can be told; a profile is a named set of these. */
export interface StreamSettings {
  readonly codec: CodecSettings;
  readonly batcherId: string;
  readonly batch: BatchSettings;
  readonly playout: PlayoutSettings;
  /** Audio sent beyond the receiver's playhead at most, ms. */
  readonly maxBufferAheadMs: number;
  readonly window: WindowSettings;
  readonly redundancy: RedundancySettings;
  /** How often the receiver reports while audio arrives, ms. */
  readonly reportIntervalMs: number;
}

/** A delivery profile: data, no behaviour. */
export interface Profile {
  readonly id: string;
  readonly label: string;
  /** When to use it: one sentence. */
  readonly purpose: string;
  readonly settings: StreamSettings;
}

/** Profiles that every installation has. */
export type BuiltinProfileId =
  'ULTRA_PERFORMANCE' | 'BALANCED_OPTIMAL' | 'HIGH_THROUGHPUT' | 'EMERGENCY_FALLBACK';
