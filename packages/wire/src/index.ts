export type { OfGroup, OfReceiver } from './addressing.js';
export { type Attributes, attributesFault } from './attributes.js';
export {
  contentAddressBytes,
  encodeMarkPacket,
  encodePausePacket,
  encodeRefPacket,
  encodeResumePacket,
} from './command-packets.js';
export { createContentDigest, mayHold } from './content-digest.js';
export { audioHeaderBytes, encodeAudioPacket, maxFrameIndex, restampAudioPacket } from './audio-packet.js';
export { type Continuation, continuationName, readContinuationName } from './continuation-name.js';
export {
  encodeByePacket,
  encodeEndPacket,
  encodeFlushPacket,
  encodeHelloPacket,
  encodePingPacket,
  encodePongPacket,
  encodeProbePacket,
} from './control-packets.js';
export { decodePacket } from './decode-packet.js';
export { frameLengthBytes, maxFrameBytes } from './frame-length.js';
export { audioFlag, packetType, wireTopic, wireVersion } from './packet-type.js';
export {
  type AudioPacket,
  type ByePacket,
  type CommandPacket,
  type EndPacket,
  type FlushPacket,
  type HelloPacket,
  type MalformedPacket,
  type MarkPacket,
  type PausePacket,
  type PingPacket,
  type PongPacket,
  type ProbeOrigin,
  type ProbePacket,
  type RefPacket,
  type ReportPacket,
  type ResumePacket,
  type StreamHeader,
  type UnknownPacket,
  type WirePacket,
  type WireWord,
  type WordsPacket,
} from './packets.js';
export {
  type WirePlayoutState,
  type WirePlayoutTrouble,
  playoutStates,
  playoutTroubles,
} from './playout-state.js';
export { encodeReportPacket, reportBitmapBits } from './report-packet.js';
export { readSenderTopic, senderTopic, senderTopicExtraBytes } from './sender-topic.js';
export {
  type Echo,
  elapsedSince,
  elapsedSinceEcho,
  roundTripMs,
  serialDistance,
  unwrapSerial,
} from './serial-number.js';
export { streamHeaderBytes } from './stream-header.js';
export { encodeWordsPacket, encodeWordsPackets } from './words-packet.js';
