import type { DataLaneOptions } from '@eloquence/delivery';

/** How lost packets come back: over which channel, and what differs from how production repeats them. */
export type Recovery = Pick<DataLaneOptions, 'recovery' | 'recoveryTuning'>;
