/** What is measured of one utterance; `null` where a lane does not define it. Keys and units are the `--json` ones. */
export interface UtteranceFigures {
  readonly audioMs: number;
  /** See `first-audio.ts`. */
  readonly timeToFirstAudioMs: number | null;
  /** Until the playout of the data lane reported that it starts; what first audio was taken for before. */
  readonly timeToPlayoutStartMs: number | null;
  readonly deliveryMs: number | null;
  readonly efficiencyPercent: number | null;
  readonly referenceEfficiencyPercent: number | null;
  readonly overheadPerChunkMs: number | null;
  readonly stallMs: number | null;
  readonly stalls: number | null;
  readonly concealedMs: number | null;
  readonly stabilityPercent: number | null;
  readonly framesSent: number | null;
  readonly framesPlayed: number | null;
  readonly framesLost: number | null;
  readonly framesDuplicated: number | null;
  readonly payloadBytes: number | null;
  readonly wireBytes: number | null;
  readonly wireEfficiencyPercent: number | null;
  readonly goodputBytesPerSecond: number | null;
  readonly sha256Sent: string | null;
  readonly sha256Heard: string | null;
}

export type FigureName = keyof UtteranceFigures;
export type DigestName = 'sha256Sent' | 'sha256Heard';
export type NumberName = Exclude<FigureName, DigestName>;

/** How the values of several utterances become one: the middle one, or all of them together. */
type Combination = 'median' | 'sum';

const NUMBERS: Readonly<Record<NumberName, Combination>> = {
  audioMs: 'median',
  timeToFirstAudioMs: 'median',
  timeToPlayoutStartMs: 'median',
  deliveryMs: 'median',
  efficiencyPercent: 'median',
  referenceEfficiencyPercent: 'median',
  overheadPerChunkMs: 'median',
  stallMs: 'sum',
  stalls: 'sum',
  concealedMs: 'sum',
  stabilityPercent: 'median',
  framesSent: 'sum',
  framesPlayed: 'sum',
  framesLost: 'sum',
  framesDuplicated: 'sum',
  payloadBytes: 'sum',
  wireBytes: 'sum',
  wireEfficiencyPercent: 'median',
  goodputBytesPerSecond: 'median',
};

export const numberNames = Object.keys(NUMBERS) as readonly NumberName[];
export const digestNames: readonly DigestName[] = ['sha256Sent', 'sha256Heard'];

export function combinationOf(name: NumberName): Combination {
  return NUMBERS[name];
}

/** Figures of which nothing is known. */
export const unknownFigures = Object.fromEntries(
  [...numberNames, ...digestNames].map((name) => [name, null]),
) as Record<Exclude<FigureName, 'audioMs'>, null>;
