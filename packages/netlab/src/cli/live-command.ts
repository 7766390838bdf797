import { EloquenceError } from '@eloquence/plugin-api';
import type { AccessNetwork } from '../access-network.js';
import type { AccessNetworkStats, LinkChanges } from '../relay.js';
import { describe, isRecord, refuseKey } from '../direction-conditions.js';
import { directionConditions, linkFromParameters, parseLink } from '../access-link.js';

/** What a line of standard input led to. */
export interface LiveResult {
  /** When the link changed, on the machine's monotonic clock. */
  readonly appliedAtMs?: number | undefined;
  readonly stats?: AccessNetworkStats;
}

const KEYS = ['link', 'up', 'down', 'both', 'blackoutMs', 'stats'];

/**
 * Carries out one line of standard input; the keys are applied in the order link, changes, blackout, stats.
 *
 * @throws EloquenceError `LINK_INVALID` if the line cannot be used.
 */
export async function runLiveCommand(network: AccessNetwork, line: string): Promise<LiveResult> {
  const command = parse(line);
  for (const key of Object.keys(command)) if (!KEYS.includes(key)) refuseKey(key, KEYS);
  const { link, up, down, both, blackoutMs, stats } = command;
  let appliedAtMs: number | undefined;
  if (link !== undefined) {
    const parsed = typeof link === 'string' ? parseLink(link) : linkFromParameters(link);
    appliedAtMs = await network.configure({ both: directionConditions(parsed) });
  }
  if (up !== undefined || down !== undefined || both !== undefined) {
    // The relay checks what the objects hold.
    appliedAtMs = await network.configure({
      up,
      down,
      both,
    } as LinkChanges);
  }
  if (blackoutMs !== undefined) appliedAtMs = await network.blackout(blackoutMs as number);
  return {
    appliedAtMs,
    ...(stats === true ? { stats: await network.stats() } : {}),
  };
}

function parse(line: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    value = undefined;
  }
  if (isRecord(value)) return value;
  throw new EloquenceError('LINK_INVALID', `Not a JSON object: ${describe(line)}.`, {
    value: line,
    hint: 'Write one object a line, like {"both":{"lossPercent":5}}.',
  });
}
