import { z } from 'zod';
import {
  type ContributionPoint,
  commonEntryFields,
  findMissingFunction,
  kebabCaseId,
} from '../contribution-point.js';

export const ttsEnginesPoint: ContributionPoint<'ttsEngines'> = {
  name: 'ttsEngines',
  noun: 'TTS engine',
  activationEvent: 'onTtsEngine',
  unknownCode: 'CONTRIBUTION_UNKNOWN',
  entrySchema: z.looseObject({ id: kebabCaseId, ...commonEntryFields }),
  findFault: (factory) => findMissingFunction(factory, ['create']),
};
