import type { HeardRequest } from '../../protocol.js';
import { asRecord, numberWithin, oneOf, onlyFields } from './body-fields.js';
import { ARM_IDS } from './parse-speak.js';

const ANY: readonly [number, number] = [0, Number.MAX_SAFE_INTEGER];

/** @throws EloquenceError `OPTION_INVALID` */
export function parseHeard(body: unknown): HeardRequest {
  const record = asRecord(body);
  onlyFields(record, [
    'arm',
    'utterance',
    'what',
    'atMs',
    'errorMs',
    'threshold',
    'concealedMs',
    'lostPackets',
  ]);
  const optional = (name: 'concealedMs' | 'lostPackets'): object =>
    record[name] === undefined ? {} : { [name]: numberWithin(name, record[name], ANY) };
  return {
    arm: oneOf('arm', record['arm'], ARM_IDS),
    utterance: numberWithin('utterance', record['utterance'], ANY),
    what: oneOf('what', record['what'], ['firstAudio', 'silence']),
    atMs: numberWithin('atMs', record['atMs'], ANY),
    errorMs: numberWithin('errorMs', record['errorMs'], ANY),
    ...(record['threshold'] === undefined
      ? {}
      : { threshold: numberWithin('threshold', record['threshold'], [0, 1]) }),
    ...optional('concealedMs'),
    ...optional('lostPackets'),
  };
}
