import { type ContractRule, describeRules } from '../support/contract-rule.js';
import type { TestFramework } from '../support/test-framework.js';
import { transportLifetimeRules } from './transport-lifetime-rules.js';
import { transportSpeechRules } from './transport-speech-rules.js';
import type { TransportSubject } from './transport-subject.js';

export const transportRules: readonly ContractRule<TransportSubject>[] = [
  ...transportSpeechRules,
  ...transportLifetimeRules,
];

/** Declares the tests that every contribution to `transports` must pass. */
export function describeTransport(framework: TestFramework, subject: TransportSubject): void {
  describeRules(framework, `transport contract: ${subject.name}`, transportRules, subject);
}
