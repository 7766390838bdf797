import { z } from 'zod';
import {
  type ContributionPoint,
  commonEntryFields,
  findMissingFunction,
  kebabCaseId,
} from '../contribution-point.js';

export const selectorsPoint: ContributionPoint<'selectors'> = {
  name: 'selectors',
  noun: 'selector',
  activationEvent: 'onSelector',
  unknownCode: 'CONTRIBUTION_UNKNOWN',
  entrySchema: z.looseObject({ id: kebabCaseId, ...commonEntryFields }),
  findFault: (selector) => findMissingFunction(selector, ['select']),
};
