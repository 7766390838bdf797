import { didYouMean } from '@eloquence/base';
import { EloquenceError } from '@eloquence/plugin-api';
import {
  checkNumber,
  CONDITION_LIMITS,
  describe,
  type DirectionConditions,
  isRecord,
  PERFECT_DIRECTION,
  refuseKey,
} from './direction-conditions.js';

/** Both directions of an access link in the figures that people give for one. */
export interface LinkParameters {
  /** Round-trip time of the empty link, ms; half of it in each direction. */
  readonly rttMs: number;
  /** Mean of the exponential delay added to each packet, per direction, ms. */
  readonly jitterMs: number;
  /** Share of packets lost, per direction, percent. */
  readonly lossPercent: number;
  /** Mean duration of a loss burst, ms; 0 for independent losses. */
  readonly burstMs: number;
  /** Bottleneck rate per direction, kbit/s of IP bytes; 0 is unlimited. */
  readonly rateKbps: number;
  /** Depth of the drop-tail queue in front of the bottleneck, ms. */
  readonly queueMs: number;
}

/** A link with the name under which results report it: a reference link's, `none` or `custom`. */
export interface AccessLink extends LinkParameters {
  readonly name: string;
  readonly description: string;
}

function reference(
  name: string,
  description: string,
  rateKbps: number,
  rttMs: number,
  lossPercent: number,
  burstMs: number,
  jitterMs: number,
  queueMs: number,
): AccessLink {
  return Object.freeze({ name, description, rttMs, jitterMs, lossPercent, burstMs, rateKbps, queueMs });
}

/** The links on which results are compared, by name. */
export const REFERENCE_LINKS: Readonly<Record<string, AccessLink>> = Object.freeze({
  none: reference('none', 'no emulation', 0, 0, 0, 0, 0, 300),
  A: reference('A', 'fibre', 10_000, 40, 0.1, 0, 1, 200),
  B: reference('B', 'LTE', 2_000, 80, 1, 40, 8, 300),
  C: reference('C', 'congested 3G', 300, 200, 2, 80, 15, 600),
  D: reference('D', 'EDGE', 48, 400, 10, 120, 30, 1_500),
  E: reference('E', 'lossy Wi-Fi', 5_000, 50, 8, 30, 5, 200),
  F: reference('F', 'heavy random loss', 1_000, 120, 20, 0, 10, 300),
  S: reference('S', 'clean 15 Mbit/s', 15_000, 40, 0, 0, 0, 200),
});

const PARAMETER_LIMITS: Readonly<Record<keyof LinkParameters, readonly [number, number]>> = {
  rttMs: [0, 2 * CONDITION_LIMITS.delayMs[1]],
  jitterMs: CONDITION_LIMITS.jitterMs,
  lossPercent: CONDITION_LIMITS.lossPercent,
  burstMs: CONDITION_LIMITS.burstMs,
  rateKbps: CONDITION_LIMITS.rateKbps,
  queueMs: CONDITION_LIMITS.queueMs,
};

const PARAMETER_KEYS = Object.keys(PARAMETER_LIMITS);

/**
 * Reads a link as users write it: `none`, the name of a reference link (`A` … `F`, `S`), or a JSON object with
 * any of `rttMs`, `jitterMs`, `lossPercent`, `burstMs`, `rateKbps`, `queueMs`; what is left out is as on the
 * perfect link.
 *
 * @throws EloquenceError `LINK_INVALID`, naming the nearest valid name or key.
 */
export function parseLink(text: string): AccessLink {
  const trimmed = text.trim();
  if (trimmed.startsWith('{') || trimmed.startsWith('[')) return linkFromParameters(parseJson(trimmed));
  if (Object.hasOwn(REFERENCE_LINKS, trimmed)) return REFERENCE_LINKS[trimmed] as AccessLink;
  const names = Object.keys(REFERENCE_LINKS);
  throw new EloquenceError('LINK_INVALID', `There is no link ${describe(trimmed)}.`, {
    value: text,
    hint: `${didYouMean(trimmed, names, Infinity)} Or JSON such as {"rttMs":80,"lossPercent":1}.`,
  });
}

/**
 * A link from figures; the run-time check behind {@link parseLink}.
 *
 * @throws EloquenceError `LINK_INVALID` on an unknown key, a wrong type or a value out of range.
 */
export function linkFromParameters(parameters: unknown): AccessLink {
  if (!isRecord(parameters)) {
    throw new EloquenceError('LINK_INVALID', `A link is an object, not ${describe(parameters)}.`, {
      value: parameters,
      hint: `Valid keys: ${PARAMETER_KEYS.join(', ')}.`,
    });
  }
  const link: Record<string, unknown> = { ...REFERENCE_LINKS['none'], name: 'custom', description: 'custom' };
  for (const [key, value] of Object.entries(parameters)) {
    if (!Object.hasOwn(PARAMETER_LIMITS, key)) refuseKey(key, PARAMETER_KEYS);
    link[key] = checkNumber(key, value, PARAMETER_LIMITS[key as keyof LinkParameters]);
  }
  return Object.freeze(link as unknown as AccessLink);
}

/** What one direction of `link` does: half the round trip, everything else in full. */
export function directionConditions(link: LinkParameters): DirectionConditions {
  return {
    ...PERFECT_DIRECTION,
    delayMs: link.rttMs / 2,
    jitterMs: link.jitterMs,
    lossPercent: link.lossPercent,
    burstMs: link.burstMs,
    rateKbps: link.rateKbps,
    queueMs: link.queueMs,
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    throw new EloquenceError('LINK_INVALID', `The link is not valid JSON: ${describe(text)}.`, {
      value: text,
      cause,
      hint: 'Write it like {"rttMs":80,"jitterMs":8,"lossPercent":1,"burstMs":40,"rateKbps":2000,"queueMs":300}, in single quotes for the shell.',
    });
  }
}
