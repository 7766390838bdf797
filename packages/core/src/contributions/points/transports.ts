import { z } from 'zod';
import {
  type ContributionPoint,
  commonEntryFields,
  findMissingFunction,
  kebabCaseId,
} from '../contribution-point.js';

export const transportsPoint: ContributionPoint<'transports'> = {
  name: 'transports',
  noun: 'transport',
  activationEvent: 'onTransport',
  unknownCode: 'CONTRIBUTION_UNKNOWN',
  entrySchema: z.looseObject({ id: kebabCaseId, ...commonEntryFields }),
  findFault: (factory) => findMissingFunction(factory, ['accepts', 'create']),
};
