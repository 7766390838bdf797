export { OpusCodec, opusLookaheadMs } from './opus-codec.js';
export type {
  OpusLibrary,
  OpusLibraryDecoder,
  OpusLibraryEncoder,
  OpusLibraryLoader,
} from './opus-library.js';
export { PcmCodec } from './pcm-codec.js';
export { PitchConcealer } from './pitch-concealer.js';
