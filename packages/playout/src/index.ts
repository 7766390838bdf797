export type { ArrivalSnapshot } from '@eloquence/link';
export type { PlayoutOutcome } from './schedule/playout-events.js';
export { createSpeechReceiver } from './receiver/default-speech-receiver.js';
export type { ReceiverCounters } from './receiver/receiver-counters.js';
export type {
  FramePlayedEvent,
  FramesReceivedEvent,
  SpeechEvent,
  SpeechEvents,
  SpeechStreamId,
  StreamFaultEvent,
  UtteranceEvent,
  UtteranceFinishedEvent,
  WordsReceivedEvent,
} from './receiver/speech-events.js';
export type {
  SpeechReceiver,
  SpeechReceiverOptions,
  SpeechStreamSnapshot,
} from './receiver/speech-receiver.js';
export {
  type AudioSink,
  type BlockKind,
  type PlayoutBlock,
  type SinkBuffer,
  createCallbackSink,
} from './sink/audio-sink.js';
export { type SinkRate, createOneRateSink } from './sink/one-rate-sink.js';
export { StreamResampler } from './sink/stream-resampler.js';
