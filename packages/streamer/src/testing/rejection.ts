import { EloquenceError } from '@eloquence/plugin-api';

/** The `EloquenceError` that a promise rejects with; anything else fails the test. */
export async function rejectionOf(promise: Promise<unknown>): Promise<EloquenceError> {
  return promise.then(
    () => {
      throw new Error('The promise did not reject.');
    },
    (error: unknown) => {
      if (error instanceof EloquenceError) return error;
      throw new Error('The rejection is no EloquenceError.', { cause: error });
    },
  );
}
