export { builtinProfiles, defaultProfileId } from './builtin-profiles.js';
export { defineProfile } from './define-profile.js';
export { validateProfile } from './validate-profile.js';
