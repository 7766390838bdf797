import type { Scenario } from '@eloquence/plugin-api';
import type { LinkVerdict } from './link-verdict.js';

/** How a scenario colours the judgement of a link. */
export interface ScenarioBias {
  /** What is assumed of a link while nothing is known of it. */
  readonly initial: LinkVerdict;
  /** Factor on the loss and jitter that are borne. */
  readonly tolerance: number;
  /** Prefers few bytes over an early sound from the start. */
  readonly isLong: boolean;
}

const biases: Readonly<Record<Scenario, ScenarioBias>> = {
  conversation: { initial: 'fair', tolerance: 1, isLong: false },
  realtime: { initial: 'good', tolerance: 2, isLong: false },
  longform: { initial: 'fair', tolerance: 1, isLong: true },
  degraded: { initial: 'poor', tolerance: 0.5, isLong: false },
};

/** An unknown scenario counts as a conversation. */
export function biasOf(scenario: Scenario): ScenarioBias {
  return Object.hasOwn(biases, scenario) ? biases[scenario] : biases.conversation;
}
