import type { OpenSpeaker, Speaker } from './speaker.js';
import { withTimeout } from '@eloquence/base';
import { abortedError, type Clock, EloquenceError, type PcmChunk } from '@eloquence/plugin-api';
import type { voice } from '@livekit/agents';

/** As LiveKit Agents sets it where nobody says otherwise, ms. */
const QUEUE_MS = 200;
const SUBSCRIBE_LIMIT_MS = 10_000;

/**
 * The room output of LiveKit Agents with the settings that an agent has by default, given the same pieces of speech at
 * the same times as the framework.
 *
 * @param sampleRateHz of the speech that it will be given
 */
export function agentsSpeaker(sampleRateHz: number): OpenSpeaker {
  return async (room, { clock }) => {
    // Takes a second to load, and only this arm needs it.
    const agents = await import('@livekit/agents');
    agents.initializeLogger({ pretty: false, level: 'silent' });
    // Without publish options it takes its own: an audio track of a microphone, as an agent publishes.
    const options = { sampleRate: sampleRateHz, numChannels: 1, queueSizeMs: QUEUE_MS };
    const output = new agents.voice.ParticipantAudioOutput(room, options as voice.AudioOutputOptions);
    const starting = new AbortController();
    try {
      await withTimeout(output.start(starting.signal), {
        clock,
        ms: SUBSCRIBE_LIMIT_MS,
        error: () =>
          new EloquenceError('NO_RECEIVER', 'Nobody subscribed to the track of LiveKit Agents.', {
            value: SUBSCRIBE_LIMIT_MS,
          }),
      });
    } catch (error) {
      starting.abort();
      await output.close();
      throw error;
    }
    return speakerOf(output, () => new agents.AudioByteStream(sampleRateHz, 1), clock);
  };
}

type AudioOutput = Pick<
  voice.ParticipantAudioOutput,
  'captureFrame' | 'flush' | 'clearBuffer' | 'waitForPlayout' | 'close'
>;
type AudioFrame = Parameters<AudioOutput['captureFrame']>[0];

interface FrameCutter {
  write(samples: Int16Array): AudioFrame[];
  flush(): AudioFrame[];
}

function speakerOf(output: AudioOutput, createCutter: () => FrameCutter, clock: Clock): Speaker {
  return {
    lane: 'media',
    profile: null,
    speak: async (chunks, signal) => {
      const onAbort = (): void => output.clearBuffer();
      signal.addEventListener('abort', onAbort, { once: true });
      let busyMs = 0;
      let audioMs = 0;
      try {
        for await (const frame of framesOf(chunks, createCutter())) {
          if (signal.aborted) throw abortedError(signal);
          const startMs = clock.nowMs();
          await output.captureFrame(frame);
          busyMs += clock.nowMs() - startMs;
          audioMs += (1000 * frame.samplesPerChannel) / frame.sampleRate;
        }
        output.flush();
        await output.waitForPlayout();
      } finally {
        signal.removeEventListener('abort', onAbort);
      }
      return { frames: null, overheadPerChunkMs: audioMs > 0 ? (10 * busyMs) / audioMs : null };
    },
    close: () => output.close(),
  };
}

async function* framesOf(chunks: AsyncIterable<PcmChunk>, cutter: FrameCutter): AsyncGenerator<AudioFrame> {
  for await (const { samples } of chunks) yield* cutter.write(samples);
  yield* cutter.flush();
}
