import { z } from 'zod';
import {
  type ContributionPoint,
  commonEntryFields,
  findMissingFunction,
  upperCaseId,
} from '../contribution-point.js';

export const profilesPoint: ContributionPoint<'profiles'> = {
  name: 'profiles',
  noun: 'profile',
  activationEvent: 'onProfile',
  unknownCode: 'PROFILE_UNKNOWN',
  entrySchema: z.looseObject({ id: upperCaseId, ...commonEntryFields }),
  findFault(profile, id) {
    const fault = findMissingFunction(profile, []);
    if (fault !== undefined) return fault;
    if (profile.id !== id) return `says that its id is '${String(profile.id)}'`;
    if (typeof profile.settings !== 'object' || profile.settings === null) return "has no 'settings'";
    return undefined;
  },
};
