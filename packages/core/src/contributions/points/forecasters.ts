import { z } from 'zod';
import {
  type ContributionPoint,
  commonEntryFields,
  findMissingFunction,
  kebabCaseId,
} from '../contribution-point.js';

export const forecastersPoint: ContributionPoint<'forecasters'> = {
  name: 'forecasters',
  noun: 'forecaster',
  activationEvent: 'onForecaster',
  unknownCode: 'CONTRIBUTION_UNKNOWN',
  entrySchema: z.looseObject({ id: kebabCaseId, ...commonEntryFields }),
  findFault: (factory) => findMissingFunction(factory, ['create']),
};
