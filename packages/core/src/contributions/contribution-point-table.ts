import type { ContributionPointName } from '@eloquence/plugin-api';
import type { ContributionPoint } from './contribution-point.js';
import { batchersPoint } from './points/batchers.js';
import { codecsPoint } from './points/codecs.js';
import { forecastersPoint } from './points/forecasters.js';
import { monitorsPoint } from './points/monitors.js';
import { profilesPoint } from './points/profiles.js';
import { selectorsPoint } from './points/selectors.js';
import { transportsPoint } from './points/transports.js';
import { ttsEnginesPoint } from './points/tts-engines.js';

export type ContributionPointTable = { readonly [P in ContributionPointName]: ContributionPoint<P> };

/** Every contribution point. The type demands one definition for each point of the contracts. */
export const contributionPointTable: ContributionPointTable = {
  ttsEngines: ttsEnginesPoint,
  codecs: codecsPoint,
  batchers: batchersPoint,
  profiles: profilesPoint,
  selectors: selectorsPoint,
  forecasters: forecastersPoint,
  transports: transportsPoint,
  monitors: monitorsPoint,
};

/** Names of the points in the table, in its order. */
export const pointNames = Object.keys(contributionPointTable) as readonly ContributionPointName[];
