import assert from 'node:assert/strict';
import { type ErrorCode, isEloquenceError } from '@eloquence/plugin-api';

/** Asserts that `run` throws an `EloquenceError`, with one of `codes` if any are given. */
export function assertTypedError(run: () => unknown, what: string, codes: readonly ErrorCode[] = []): void {
  let thrown: unknown;
  try {
    run();
  } catch (error) {
    thrown = error;
  }
  assertIsTyped(thrown, what, codes);
}

/** Asserts that `work` rejects with an `EloquenceError` of one of `codes`. */
export async function assertTypedRejection(
  work: Promise<unknown>,
  what: string,
  codes: readonly ErrorCode[],
): Promise<void> {
  const thrown = await work.then(
    () => undefined,
    (error: unknown) => error,
  );
  assertIsTyped(thrown, what, codes);
}

/** What was thrown, in a word. */
export function nameOf(thrown: unknown): string {
  return thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : typeof thrown;
}

function assertIsTyped(thrown: unknown, what: string, codes: readonly ErrorCode[]): void {
  assert.ok(thrown !== undefined, `${what} must throw`);
  assert.ok(isEloquenceError(thrown), `${what} must throw an EloquenceError, not ${nameOf(thrown)}`);
  if (codes.length > 0) {
    assert.ok(codes.includes(thrown.code), `${what} must throw ${codes.join(' or ')}, not ${thrown.code}`);
  }
}
