import type { TransportFactory } from '@eloquence/plugin-api';

/** A room to speak into, made for one rule. */
export interface TransportHarness {
  /** What the transport is to accept. */
  readonly target: unknown;
  /** Samples of speech that the receiver has played so far, without padding and without what smoothing adds. */
  heardSamples(): number;
  dispose(): void | Promise<void>;
}

/** What is to be checked against the transport contract. */
export interface TransportSubject {
  readonly name: string;
  createFactory(): TransportFactory;
  /**
   * Opens a room in which one receiver listens that can decode the codec `pcm` (16-bit little-endian samples), or
   * nobody.
   */
  openHarness(receivers: 0 | 1): TransportHarness | Promise<TransportHarness>;
  /** Which lane to ask for; `auto` if absent. */
  readonly lane?: 'auto' | 'data' | 'media';
  /** Longest time for anything that has to come over the network, ms; 4 000 if absent. */
  readonly limitMs?: number;
}
