export type { Forecast, Forecaster, ForecasterFactory } from './adaptation/forecaster.js';
export type { LinkEvent, LinkSignal, LinkState } from './adaptation/link-state.js';
export type {
  AppliedAdjustment,
  ControlDecision,
  ControlInput,
  ControlOccasion,
  ControlPolicy,
  Decision,
  GroupDecision,
  GroupMerge,
  PolicyMemory,
} from './adaptation/control.js';
export type {
  ControlPhase,
  ControlRequest,
  PlainData,
  RuleMemory,
  Scenario,
} from './adaptation/control-request.js';
export {
  type Adjustment,
  type AdjustmentInput,
  type AdjustmentRule,
  type ControlRule,
  type Limit,
  type LimitInput,
  type LimitRule,
  type LinkQuality,
  type NamedRule,
  type ProbeInput,
  type ProbeOpinion,
  type ProbeRule,
  type RuleInput,
  limitDirections,
  linkQualities,
} from './adaptation/control-rule.js';
export type { AudioFormat, EncodedFrame } from './audio/encoded-frame.js';
export type { PcmChunk, WordTiming } from './audio/pcm-chunk.js';
export { Clock, createSystemClock } from './base/clock.js';
export { type Disposable, toDisposable } from './base/disposable.js';
export {
  EloquenceError,
  type EloquenceErrorOptions,
  type ErrorCode,
  abortedError,
  isEloquenceError,
  toEloquenceError,
} from './base/errors.js';
export { Emitter, type Event, type ListenerErrorHandler, noEvent } from './base/event.js';
export { RandomSource } from './base/random.js';
export {
  type ResolvedDependencies,
  type ServiceDefinition,
  type ServiceDependencies,
  type ServiceProvider,
  provide,
} from './base/service.js';
export { type Token, type TokenScope, createToken } from './base/token.js';
export type {
  BatchDecision,
  BatchSettings,
  BatchState,
  Batcher,
  BatcherFactory,
} from './batching/batcher.js';
export type { CodecFactory, Decoder, DecoderSettings, Encoder, EncoderSettings } from './codec/codec.js';
export type { Monitor, MonitorFactory, MonitorOptions } from './monitoring/monitor.js';
export type {
  EventError,
  SessionEvent,
  SessionEventKind,
  SessionEventOf,
  SessionEventTypes,
} from './monitoring/session-event.js';
export type { UtteranceFault, UtteranceMetrics, UtteranceOutcome } from './monitoring/utterance-metrics.js';
export { type ApiProposalName, type ApiProposals, apiProposalNames } from './plugin/api-proposals.js';
export {
  type ContributionPointName,
  type ContributionPoints,
  contributionPointNames,
} from './plugin/contribution-points.js';
export type { ContributionEntry, PluginManifest } from './plugin/manifest.js';
export {
  type ContributionRegistrar,
  type Plugin,
  type PluginContext,
  type PluginDefinition,
  type PluginDescriptor,
  type PluginLogger,
  apiVersion,
  definePlugin,
} from './plugin/plugin.js';
export type { PluginState } from './plugin/plugin-state.js';
export type {
  BuiltinProfileId,
  CodecSettings,
  PlayoutSettings,
  Profile,
  RedundancySettings,
  StreamSettings,
  WindowSettings,
} from './profile/profile.js';
export {
  type SegmentationOptions,
  SentenceSegmenter,
  type TextSegment,
  type TextSegmentation,
} from './speech/sentence-segmenter.js';
export type { TextFilter, TextFilterOptions, TextFiltering, TextPiece } from './speech/text-filter.js';
export type { SynthesisOptions, TtsEngine, TtsEngineFactory, Voice } from './speech/tts-engine.js';
export type {
  ChannelState,
  DatagramChannel,
  DatagramSendOptions,
  PeerChange,
  ReceivedDatagram,
} from './transport/datagram-channel.js';
export type { LaneCounters, LaneReport, LaneUtteranceEnd, PlayoutState } from './transport/lane-report.js';
export {
  type AckTimeoutSettings,
  type LinkSource,
  type ProbeRequest,
  noLinks,
} from './transport/link-source.js';
export type { LaneChange, LaneChangeCause, LaneKind } from './transport/lane-change.js';
export type {
  FrameBatch,
  Lane,
  LaneCapabilities,
  LaneContinuation,
  LaneUtterance,
  LaneUtteranceOptions,
  ReceiverSettings,
  Transport,
  TransportFactory,
  TransportOptions,
} from './transport/transport.js';
