import type { LimitRule, LinkState, RuleMemory } from '@eloquence/plugin-api';
import { thresholdsOf } from '../thresholds.js';

/** Links that are remembered: an identity can be long, and memory is 1 kB. */
const maxLinks = 8;

/**
 * Assumes that a link of which nothing but a long round trip is known is narrow. On link D the first answer of a
 * session stalled for 13 % of its time when it began as on any other link (simulated, n 60). Nothing is assumed while
 * one receiver is near: the best link decides. Measurements end the assumption, and so does time.
 */
export const highRttPrior: LimitRule = {
  kind: 'limit',
  order: 0,
  limit({ link, links, config, memory }) {
    if (link === undefined) return undefined;
    const t = thresholdsOf(config);
    const capacityBytesPerSecond = t.highRttBytesPerSecond;
    const reason = `round trip of ${Math.round(link.minRttMs)} ms, and no limit has shown yet`;
    if (link.reports === 0) {
      const areAllFar = links.every(({ minRttMs }) => minRttMs >= t.highRttMs);
      const assumed = Object.fromEntries(links.slice(0, maxLinks).map(({ receiver }) => [receiver, null]));
      return areAllFar
        ? { capacityBytesPerSecond, isAssumption: true, reason, memory: assumed }
        : { reason, memory: {} };
    }
    if (!Object.hasOwn(memory, link.receiver)) return undefined;
    const reportedAtMs = memory[link.receiver] as number | null;
    const isOver =
      link.capacityBytesPerSecond !== undefined ||
      link.minRttMs < t.highRttMs ||
      link.atMs - (reportedAtMs ?? link.atMs) > t.highRttForMs;
    if (isOver) return { reason, memory: without(memory, link) };
    const remembered = { ...memory, [link.receiver]: reportedAtMs ?? link.atMs };
    return { capacityBytesPerSecond, isAssumption: true, reason, memory: remembered };
  },
};

function without(memory: RuleMemory, { receiver }: LinkState): RuleMemory {
  return Object.fromEntries(Object.entries(memory).filter(([key]) => key !== receiver));
}
