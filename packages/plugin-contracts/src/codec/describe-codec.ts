import { type ContractRule, describeRules } from '../support/contract-rule.js';
import type { TestFramework } from '../support/test-framework.js';
import { codecInputRules } from './codec-input-rules.js';
import { codecOwnershipRules } from './codec-ownership-rules.js';
import { codecSoundRules } from './codec-sound-rules.js';
import type { CodecSubject } from './codec-subject.js';

export const codecRules: readonly ContractRule<CodecSubject>[] = [
  ...codecInputRules,
  ...codecOwnershipRules,
  ...codecSoundRules,
];

/** Declares the tests that every contribution to `codecs` must pass. */
export function describeCodec(framework: TestFramework, subject: CodecSubject): void {
  describeRules(framework, `codec contract: ${subject.name}`, codecRules, subject);
}
