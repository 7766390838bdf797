export type { BatcherSubject } from './batcher/batcher-subject.js';
export { batcherRules, describeBatcher } from './batcher/describe-batcher.js';
export type { CodecSubject } from './codec/codec-subject.js';
export { codecRules, describeCodec } from './codec/describe-codec.js';
export { type PluginSubject, describePlugin, pluginRules } from './plugin/describe-plugin.js';
export { type ProfileSubject, describeProfile, profileRules } from './profile/describe-profile.js';
export { type ContractRule, describeRules } from './support/contract-rule.js';
export type { TestFramework } from './support/test-framework.js';
export { bestCorrelation, createTestSpeech, rootMeanSquare } from './support/test-speech.js';
