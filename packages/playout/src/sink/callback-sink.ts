import type { AudioSink, PlayoutBlock } from './audio-sink.js';

/** A sink that hands every block to a function. */
export function createCallbackSink(onBlock: (block: PlayoutBlock) => void, onEnd?: () => void): AudioSink {
  return {
    write: onBlock,
    ...(onEnd ? { end: onEnd } : {}),
  };
}
