import { createBlackoutsSuite } from './blackouts-suite.js';
import { createCostSuite } from './cost-suite.js';
import { createFailoverSuite } from './failover-suite.js';
import { createFiguresSuite } from './figures-suite.js';
import { createForecastSuite } from './forecast-suite.js';
import { createLinksSuite } from './links-suite.js';
import { createMixedSuite } from './mixed-suite.js';
import { createProfilesSuite } from './profiles-suite.js';
import { createRoomSuite } from './room-suite.js';
import { createStationarySuite } from './stationary-suite.js';
import { createStepsSuite } from './steps-suite.js';
import type { Suite } from './suite.js';
import { createSweepSuite } from './sweep-suite.js';

/** Every suite, in the order of the help. */
export function createSuites(): readonly Suite[] {
  return [
    createFiguresSuite(),
    createProfilesSuite(),
    createLinksSuite(),
    createSweepSuite(),
    createStepsSuite(),
    createMixedSuite(),
    createRoomSuite(),
    createStationarySuite(),
    createBlackoutsSuite(),
    createFailoverSuite(),
    createForecastSuite(),
    createCostSuite(),
  ];
}
