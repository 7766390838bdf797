import { didYouMean } from '@eloquence/base';
import { EloquenceError } from '@eloquence/plugin-api';
import {
  CONDITION_LIMITS,
  checkNumber,
  describe,
  type DirectionConditions,
  isRecord,
  PERFECT_DIRECTION,
  refuseKey,
} from './direction-conditions.js';
import { type AccessLink, type LinkParameters, REFERENCE_LINKS } from './reference-links.js';

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
