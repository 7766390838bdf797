import { type ContractRule, describeRules } from '../support/contract-rule.js';
import type { TestFramework } from '../support/test-framework.js';
import type { TtsEngineSubject } from './tts-engine-subject.js';
import { ttsLifetimeRules } from './tts-lifetime-rules.js';
import { ttsSpeechRules } from './tts-speech-rules.js';

export const ttsEngineRules: readonly ContractRule<TtsEngineSubject>[] = [
  ...ttsSpeechRules,
  ...ttsLifetimeRules,
];

/** Declares the tests that every contribution to `ttsEngines` must pass. */
export function describeTtsEngine(framework: TestFramework, subject: TtsEngineSubject): void {
  describeRules(framework, `TTS engine contract: ${subject.name}`, ttsEngineRules, subject);
}
