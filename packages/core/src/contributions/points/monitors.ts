import { z } from 'zod';
import {
  type ContributionPoint,
  commonEntryFields,
  findMissingFunction,
  kebabCaseId,
} from '../contribution-point.js';

export const monitorsPoint: ContributionPoint<'monitors'> = {
  name: 'monitors',
  noun: 'monitor',
  activationEvent: 'onMonitor',
  unknownCode: 'CONTRIBUTION_UNKNOWN',
  entrySchema: z.looseObject({ id: kebabCaseId, ...commonEntryFields }),
  findFault: (factory) => findMissingFunction(factory, ['create']),
};
