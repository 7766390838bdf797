import { z } from 'zod';
import {
  type ContributionPoint,
  commonEntryFields,
  findMissingFunction,
  kebabCaseId,
} from '../contribution-point.js';

export const batchersPoint: ContributionPoint<'batchers'> = {
  name: 'batchers',
  noun: 'batcher',
  activationEvent: 'onBatcher',
  unknownCode: 'CONTRIBUTION_UNKNOWN',
  entrySchema: z.looseObject({ id: kebabCaseId, ...commonEntryFields }),
  findFault: (factory) => findMissingFunction(factory, ['create']),
};
