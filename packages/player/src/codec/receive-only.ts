import { EloquenceError } from '@eloquence/plugin-api';

/** @throws EloquenceError `CODEC_FAILED` always: a player does not send speech */
export function receiveOnly(codecId: string): never {
  throw new EloquenceError('CODEC_FAILED', `'${codecId}' can only be decoded here.`, { value: codecId });
}
