import type { BatchState } from '@eloquence/plugin-api';

/** Largest payload whose length takes one byte in a packet; longer ones take two. */
const longestShortPayload = 251;

/**
 * Whether a packet with the gathered frames has room for one more, with the one or two bytes that each frame's length
 * takes. Of the gathered frames only the sum is known, so the most that their lengths can take is assumed.
 */
export function hasRoomForNextFrame(state: BatchState): boolean {
  const longFrames = Math.min(state.frameCount, Math.floor(state.payloadBytes / (longestShortPayload + 1)));
  const lengthBytes = state.frameCount + longFrames + (state.nextFrameBytes > longestShortPayload ? 2 : 1);
  return state.payloadBytes + state.nextFrameBytes + lengthBytes <= state.maxPayloadBytes;
}

/** Whether one more frame like the gathered ones keeps the batch within `limitMs`. */
export function fitsDuration(state: BatchState, limitMs: number): boolean {
  return state.durationMs + state.durationMs / state.frameCount <= limitMs;
}
