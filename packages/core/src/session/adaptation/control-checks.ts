import { type AckTimeoutSettings, EloquenceError, type Forecast } from '@eloquence/plugin-api';

/** What a rule, or one part of a policy's memory, may take as JSON, bytes. */
const memoryLimitBytes = 1024;
/** Parts of a policy's memory. */
const maxMemories = 256;
/** The most that a character, and an entry beside its characters, take as JSON, bytes. */
const bytesOfCharacter = 6;
const bytesOfEntry = 30;
/** Horizons at which a forecast says how likely a stall is. */
const stallHorizons = 5;

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

/**
 * Whether a decision can be acted on.
 *
 * @throws EloquenceError `PLUGIN_FAILED` if a part of its memory is too large
 */
export function isDecision(value: unknown): boolean {
  if (!isObject(value) || !Array.isArray(value['groups']) || !isObject(value['memory'])) return false;
  const parts = Object.entries(value['memory']);
  if (parts.length > maxMemories)
    throw tooMuch(`${parts.length} parts, more than ${maxMemories}`, parts.length);
  for (const [name, part] of parts) {
    if (!isObject(part)) return false;
    checkMemory(name, part);
  }
  const groups: readonly unknown[] = value['groups'];
  return (
    groups.length > 0 &&
    groups.every(
      (group) =>
        isObject(group) &&
        [group['profileId'], group['rule'], group['reason']].every((text) => typeof text === 'string') &&
        isObject(group['settings']) &&
        Array.isArray(group['adjustments']),
    )
  );
}

/**
 * Whether what a rule says can be handed to a policy.
 *
 * @throws EloquenceError `PLUGIN_FAILED` if it wants to remember too much
 */
export function isOpinion(value: unknown, ruleId: string): boolean {
  if (value === undefined) return true;
  if (!isObject(value)) return false;
  const { memory, settings, reason } = value;
  if (settings !== undefined && !isObject(settings)) return false;
  if (reason !== undefined && typeof reason !== 'string') return false;
  if (memory === undefined) return true;
  if (isObject(memory)) checkMemory(ruleId, memory);
  return isObject(memory);
}

function checkMemory(name: string, memory: Readonly<Record<string, unknown>>): void {
  if (isSurelySmall(memory)) return;
  const { length } = JSON.stringify(memory);
  if (length > memoryLimitBytes)
    throw tooMuch(`${length} bytes for '${name}', more than ${memoryLimitBytes}`, length);
}

/** A flat record of a few numbers and short texts, as most memories are: it need not be written to be measured. */
function isSurelySmall(memory: Readonly<Record<string, unknown>>): boolean {
  let bytes = 2;
  for (const name in memory) {
    const value = memory[name];
    if (typeof value === 'string') bytes += bytesOfCharacter * value.length;
    else if (typeof value !== 'number' && typeof value !== 'boolean' && value !== null) return false;
    bytes += bytesOfCharacter * name.length + bytesOfEntry;
    if (bytes > memoryLimitBytes) return false;
  }
  return true;
}

function tooMuch(what: string, value: number): EloquenceError {
  return new EloquenceError('PLUGIN_FAILED', `it wants to remember ${what}`, {
    value,
    hint: 'Keep sums and times rather than lists of what has happened.',
  });
}

export function isAckTimeout(value: unknown): boolean {
  if (value === undefined) return true;
  const { rttVariations, unknownMs, signalTimeouts } = value as Partial<AckTimeoutSettings>;
  return [rttVariations, unknownMs, signalTimeouts].every((figure) => figure !== undefined && figure >= 0);
}

export function isForecast(value: unknown): boolean {
  const forecast = value as Partial<Forecast> | null | undefined;
  const { deliveryMs, stallProbability, capacityBytesPerSecond } = forecast ?? {};
  if (
    !Array.isArray(stallProbability) ||
    stallProbability.length !== stallHorizons ||
    deliveryMs === undefined
  )
    return false;
  const figures: readonly unknown[] = [deliveryMs.p5, deliveryMs.p50, deliveryMs.p95, ...stallProbability];
  if (capacityBytesPerSecond !== undefined && !(capacityBytesPerSecond >= 0)) return false;
  return figures.every((figure) => typeof figure === 'number' && figure >= 0);
}
