import { EloquenceError, type ErrorCode, isEloquenceError } from '@eloquence/plugin-api';

/** Codes by which a plugin reports that it itself failed. Others tell of its input or its surroundings. */
const faultCodes: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'CODEC_FAILED',
  'TTS_FAILED',
  'INTERNAL',
  'PLUGIN_FAILED',
  'PLUGIN_INVALID',
  'PLUGIN_TIMEOUT',
]);

/** Tells whether an error that came out of a plugin counts against it. */
export function isPluginFault(error: unknown): boolean {
  return !isEloquenceError(error) || faultCodes.has(error.code);
}

/** What a plugin threw, as an error that says which plugin and what it was doing. */
export function pluginFault(pluginId: string, operation: string, error: unknown): EloquenceError {
  const message = `'${operation}' of plugin '${pluginId}' failed: ${reasonOf(error)}`;
  return new EloquenceError('PLUGIN_FAILED', message, { value: operation, cause: error });
}

/** Never throws, whatever was thrown: not everything can be turned into a string. */
export function reasonOf(error: unknown): string {
  try {
    return error instanceof Error ? error.message : String(error);
  } catch {
    return 'something that cannot be printed was thrown';
  }
}

/**
 * What became of the calls that count as faults.
 *
 * @param faults all of them
 * @param slowCalls those among them that answered, but took too long
 */
export function describeFaults(faults: number, slowCalls: number): string {
  const failed = faults - slowCalls;
  const parts: string[] = [];
  if (failed > 0) parts.push(`${failed === 1 ? '1 call' : `${failed} calls`} failed and got a fallback`);
  if (slowCalls > 0) parts.push(`${slowCalls === 1 ? '1 call' : `${slowCalls} calls`} took too long`);
  return parts.join(', ');
}
