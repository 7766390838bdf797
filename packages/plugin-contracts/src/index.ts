export { VirtualClock } from '@eloquence/base';
export { batcherRules, type BatcherSubject, describeBatcher } from './batcher/describe-batcher.js';
export type { CodecSubject } from './codec/codec-subject.js';
export { codecRules, describeCodec } from './codec/describe-codec.js';
export {
  type ForecasterSubject,
  describeForecaster,
  forecasterRules,
} from './forecaster/describe-forecaster.js';
export { type MonitorSubject, describeMonitor, monitorRules } from './monitor/describe-monitor.js';
export { type PluginSubject, describePlugin, pluginRules } from './plugin/describe-plugin.js';
export { type ProfileSubject, describeProfile, profileRules } from './profile/describe-profile.js';
export { type PolicySubject, describePolicy, policyRules } from './policy/describe-policy.js';
export { profileSettings } from './profile/profile-settings.js';
export { type RuleSubject, describeRule, ruleRules } from './rule/describe-rule.js';
export {
  type SentenceSegmenterSubject,
  describeSentenceSegmenter,
  sentenceSegmenterRules,
} from './segmenter/describe-sentence-segmenter.js';
export {
  type ContractRule,
  describeRules,
  failuresOf,
  type RuleResult,
  type TestFramework,
} from './support/contract-rule.js';
export { bestCorrelation, createTestSpeech, rootMeanSquare } from './support/test-speech.js';
export {
  type TextFilterSubject,
  describeTextFilter,
  textFilterRules,
} from './text-filter/describe-text-filter.js';
export { describeTransport, transportRules } from './transport/describe-transport.js';
export { harnessCodec, type TransportHarness, type TransportSubject } from './transport/transport-subject.js';
export { describeTtsEngine, ttsEngineRules } from './tts-engine/describe-tts-engine.js';
export type { TtsEngineSubject } from './tts-engine/tts-engine-subject.js';
