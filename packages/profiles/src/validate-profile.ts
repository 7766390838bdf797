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
    playout: object({ startMs: number(10, 10_000, 'ms'), resumeMs: number(10, 20_000, 'ms') }),
    leadCapMs: number(200, 600_000, 'ms'),
    window: object({ bandwidthDelayProducts: number(0.5, 8, ''), initialPackets: integer(2, 64) }),
    redundancy: object({ copiedPackets: integer(0, 8), copyDelaysMs: ascendingNumbers(4, 1, 1000, 'ms') }),
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
  const { batch, codec, leadCapMs, playout, redundancy } = settings;
  const path = 'profile.settings';
  if (codec.frameMs > batch.maxMs) {
    throw profileError(`${path}.codec.frameMs`, `at most batch.maxMs (${batch.maxMs} ms)`, codec.frameMs);
  }
  if (batch.firstMs > batch.maxMs) {
    throw profileError(`${path}.batch.firstMs`, `at most batch.maxMs (${batch.maxMs} ms)`, batch.firstMs);
  }
  if (playout.startMs > playout.resumeMs) {
    throw profileError(
      `${path}.playout.startMs`,
      `at most playout.resumeMs (${playout.resumeMs} ms)`,
      playout.startMs,
    );
  }
  const leastLeadMs = playout.resumeMs + batch.maxMs;
  if (leadCapMs < leastLeadMs) {
    throw profileError(
      `${path}.leadCapMs`,
      `at least playout.resumeMs + batch.maxMs (${leastLeadMs} ms)`,
      leadCapMs,
    );
  }
  if (redundancy.copiedPackets > 0 !== redundancy.copyDelaysMs.length > 0) {
    const expected =
      redundancy.copiedPackets > 0 ? 'the delay of at least one copy' : 'empty, as copiedPackets is 0';
    throw profileError(`${path}.redundancy.copyDelaysMs`, expected, redundancy.copyDelaysMs);
  }
}
