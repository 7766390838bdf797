import { z } from 'zod';
import {
  type ContributionPoint,
  commonEntryFields,
  findMissingFunction,
  kebabCaseId,
} from '../contribution-point.js';

export const codecsPoint: ContributionPoint<'codecs'> = {
  name: 'codecs',
  noun: 'codec',
  activationEvent: 'onCodec',
  unknownCode: 'CODEC_UNKNOWN',
  entrySchema: z.looseObject({ id: kebabCaseId, ...commonEntryFields }),
  findFault(codec) {
    const fault = findMissingFunction(codec, ['createEncoder', 'createDecoder']);
    if (fault !== undefined) return fault;
    if (!isListOfNumbers(codec.frameDurationsMs)) return "has no list of numbers 'frameDurationsMs'";
    if (!isListOfNumbers(codec.sampleRatesHz)) return "has no list of numbers 'sampleRatesHz'";
    return undefined;
  },
};

function isListOfNumbers(value: unknown): boolean {
  return (
    Array.isArray(value) && value.length > 0 && value.every((item) => typeof item === 'number' && item > 0)
  );
}
