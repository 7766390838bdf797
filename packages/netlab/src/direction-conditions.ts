import { didYouMean } from '@eloquence/base';
import { EloquenceError } from '@eloquence/plugin-api';

/** What one direction of a link does to packets. */
export interface DirectionConditions {
  /** Propagation delay, ms. */
  readonly delayMs: number;
  /** Mean of the exponential delay added to each packet, ms. Packets never overtake each other. */
  readonly jitterMs: number;
  /** Share of packets lost in the long run, percent. */
  readonly lossPercent: number;
  /** Mean duration of a loss burst, ms; 0 loses each packet independently of the others. */
  readonly burstMs: number;
  /** Rate of the bottleneck in kbit/s of IP bytes (1 kbit = 1000 bit); 0 is unlimited. */
  readonly rateKbps: number;
  /** Longest wait in front of the bottleneck, ms; a packet that would wait longer is dropped (drop-tail). */
  readonly queueMs: number;
  /** True while nothing passes at all. */
  readonly down: boolean;
}

/** Inclusive limits of each numeric condition. */
export const CONDITION_LIMITS = {
  delayMs: [0, 60_000],
  jitterMs: [0, 10_000],
  lossPercent: [0, 100],
  burstMs: [0, 60_000],
  rateKbps: [0, 10_000_000],
  queueMs: [0, 60_000],
} as const satisfies Record<string, readonly [number, number]>;

/** A link that passes everything at once. */
export const PERFECT_DIRECTION: DirectionConditions = Object.freeze({
  delayMs: 0,
  jitterMs: 0,
  lossPercent: 0,
  burstMs: 0,
  rateKbps: 0,
  queueMs: 300,
  down: false,
});

const CONDITION_KEYS = Object.keys(PERFECT_DIRECTION);

/** Throws `LINK_INVALID` unless `value` is a number within `limits`. */
export function checkNumber(key: string, value: unknown, limits: readonly [number, number]): number {
  const [low, high] = limits;
  if (typeof value === 'number' && value >= low && value <= high) return value;
  throw new EloquenceError('LINK_INVALID', `The link's ${key} is ${describe(value)}.`, {
    value,
    hint: `Give ${key} a number from ${low} to ${high}.`,
  });
}

/** Throws `LINK_INVALID`, naming the valid key that is nearest to `key`. */
export function refuseKey(key: string, keys: readonly string[]): never {
  throw new EloquenceError('LINK_INVALID', `A link has no '${key.slice(0, 64)}'.`, {
    value: key,
    hint: didYouMean(key, keys, Infinity),
  });
}

/** True for a plain JSON object. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A value as an error message shows it: short, and clear about its type. */
export function describe(value: unknown): string {
  const text = typeof value === 'number' ? String(value) : (JSON.stringify(value) ?? String(value));
  return text.length > 80 ? `${text.slice(0, 77)}…` : text;
}

/**
 * `base` with `changes` applied, both checked at run time, because changes also come from command lines and
 * other processes.
 *
 * @throws EloquenceError `LINK_INVALID` on an unknown key, a wrong type or a value out of range.
 */
export function mergeConditions(base: DirectionConditions, changes: unknown): DirectionConditions {
  if (!isRecord(changes)) {
    throw new EloquenceError('LINK_INVALID', `Link conditions are an object, not ${describe(changes)}.`, {
      value: changes,
      hint: `Valid keys: ${CONDITION_KEYS.join(', ')}.`,
    });
  }
  const merged: Record<string, unknown> = { ...base };
  for (const [key, value] of Object.entries(changes)) {
    if (value === undefined) continue;
    if (key === 'down') {
      if (typeof value !== 'boolean') {
        throw new EloquenceError('LINK_INVALID', `The link's down is ${describe(value)}.`, {
          value,
          hint: 'Give down true or false.',
        });
      }
      merged[key] = value;
    } else if (Object.hasOwn(CONDITION_LIMITS, key)) {
      merged[key] = checkNumber(key, value, CONDITION_LIMITS[key as keyof typeof CONDITION_LIMITS]);
    } else {
      refuseKey(key, CONDITION_KEYS);
    }
  }
  return Object.freeze(merged as unknown as DirectionConditions);
}
