import type { Profile } from '@eloquence/plugin-api';
import { ascendingNumbers, integer, matching, number, object, profileError, text } from './field-checks.js';

const contributionId = matching(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/, 'an id of lower-case words joined by "-"');

const checkFields = object({
  id: matching(/^[A-Z][A-Z0-9]*(_[A-Z0-9]+)*$/, 'an id of upper-case words joined by "_"'),
  label: text(80),
  purpose: text(300),
  settings: object({
    codec: object({
      codecId: contributionId,
      bitrateBps: number(500, 2_000_000, 'bit/s'),
      frameMs: number(2.5, 120, 'ms'),
      complexity: integer(0, 10),
    }),
    batcherId: contributionId,
    batch: object({ firstMs: number(2.5, 2000, 'ms'), maxMs: number(2.5, 2000, 'ms') }),
    playout: object({ initialBufferMs: number(10, 10_000, 'ms'), rebufferMs: number(10, 20_000, 'ms') }),
    maxBufferAheadMs: number(200, 600_000, 'ms'),
    window: object({ cwndGain: number(0.5, 8, ''), initialPackets: integer(2, 64) }),
    redundancy: object({
      redundantFirstPackets: integer(0, 8),
      redundancyDelaysMs: ascendingNumbers(4, 1, 1000, 'ms'),
    }),
    reportIntervalMs: number(20, 5000, 'ms'),
  }),
});

/**
 * Checks a profile from outside: every field, its range, that no field is unknown, and that they fit together.
 *
 * @returns the same object, typed.
 * @throws EloquenceError `PROFILE_INVALID` with the path of the first field that is wrong, what it must be, and the
 * value given.
 */
export function validateProfile(profile: unknown): Profile {
  checkFields(profile, 'profile');
  const checked = profile as Profile;
  checkTogether(checked);
  return checked;
}

function checkTogether({ settings }: Profile): void {
  const { batch, codec, maxBufferAheadMs, playout, redundancy } = settings;
  const path = 'profile.settings';
  if (codec.frameMs > batch.maxMs) {
    throw profileError(`${path}.codec.frameMs`, `at most batch.maxMs (${batch.maxMs} ms)`, codec.frameMs);
  }
  if (batch.firstMs > batch.maxMs) {
    throw profileError(`${path}.batch.firstMs`, `at most batch.maxMs (${batch.maxMs} ms)`, batch.firstMs);
  }
  if (playout.initialBufferMs > playout.rebufferMs) {
    throw profileError(
      `${path}.playout.initialBufferMs`,
      `at most playout.rebufferMs (${playout.rebufferMs} ms)`,
      playout.initialBufferMs,
    );
  }
  const leastBufferAheadMs = playout.rebufferMs + batch.maxMs;
  if (maxBufferAheadMs < leastBufferAheadMs) {
    throw profileError(
      `${path}.maxBufferAheadMs`,
      `at least playout.rebufferMs + batch.maxMs (${leastBufferAheadMs} ms)`,
      maxBufferAheadMs,
    );
  }
  if (redundancy.redundantFirstPackets > 0 !== redundancy.redundancyDelaysMs.length > 0) {
    const expected =
      redundancy.redundantFirstPackets > 0
        ? 'the delay of at least one copy'
        : 'empty, as redundantFirstPackets is 0';
    throw profileError(`${path}.redundancy.redundancyDelaysMs`, expected, redundancy.redundancyDelaysMs);
  }
}
