import { type PreparedSpeech, revealSpeech } from '@eloquence/testbed';
import { connectRoom, type Room } from '@eloquence/livekit-adapter';
import { delay } from '@eloquence/base';
import { type Clock, createSystemClock, isEloquenceError } from '@eloquence/plugin-api';
import { AdaptiveAudioStreamer } from '@eloquence/streamer';
import { TimedCodec, timedCodecPlugin } from './timed-codec.js';

/** What the bench asks of the process that speaks. */
export interface MeasureCost {
  readonly url: string;
  /** One a stream. */
  readonly tokens: readonly string[];
  readonly profile: string;
  /** Utterances for each stream in each slice. */
  readonly utterances: number;
  readonly slices: number;
  readonly speech: PreparedSpeech;
}

/** Processor time of the speaking process over one slice, ms, all of its threads together, less that of reading it. */
export interface CostSlice {
  readonly cpuMs: number;
  /** Of it: within the encoder. */
  readonly encoderMs: number;
  /** Audio spoken by all streams together. */
  readonly audioMs: number;
  /** Utterances that were heard in full, and all of them. */
  readonly completed: number;
  readonly asked: number;
  /** From the first utterance to the end of the last. */
  readonly durationMs: number;
}

export interface CostAnswer {
  /** Processor time a second of a process that holds the same rooms and says nothing, ms. */
  readonly idleMsPerSecond: number;
  readonly slices: readonly CostSlice[];
}

const IDLE_MS = 3000;
const SPEED = 4;

/** Opens the streams, lets them be silent for a while, and then speak. Meant for a process of its own. */
export async function measureCost(request: MeasureCost): Promise<CostAnswer> {
  const clock = createSystemClock();
  const codec = new TimedCodec(clock, () => cpuMsSince());
  const rooms: Room[] = [];
  const streamers: AdaptiveAudioStreamer[] = [];
  try {
    for (const token of request.tokens) {
      const room = await connectRoom({ url: request.url, token });
      rooms.push(room);
      const streamer = new AdaptiveAudioStreamer(room, {
        lane: 'data',
        profile: request.profile,
        preloadVoice: false,
        plugins: [timedCodecPlugin(codec)],
        clock,
      });
      streamers.push(streamer);
      await streamer.initialize();
    }
    // Every line of code has run once before anything is measured.
    await Promise.all(streamers.map((streamer) => speakOnce(streamer, request, clock)));
    const idleFrom = process.cpuUsage();
    await delay(clock, IDLE_MS);
    const idleMsPerSecond = (1000 * cpuMsSince(idleFrom)) / IDLE_MS;
    const slices: CostSlice[] = [];
    for (let slice = 0; slice < request.slices; slice++)
      slices.push(await measureSlice(streamers, request, codec, clock));
    return { idleMsPerSecond, slices };
  } finally {
    for (const streamer of streamers) await streamer.dispose();
    for (const room of rooms) await room.disconnect();
  }
}

/** Streams begin one after the other within the time of one utterance, as those of different callers do. */
async function measureSlice(
  streamers: readonly AdaptiveAudioStreamer[],
  request: MeasureCost,
  codec: TimedCodec,
  clock: Clock,
): Promise<CostSlice> {
  const audioMs = (1000 * request.speech.samples.length) / request.speech.sampleRateHz;
  const cpuFrom = process.cpuUsage();
  const encoderFrom = codec.encodingMs;
  const stopwatchFrom = codec.stopwatchMs;
  const startMs = clock.nowMs();
  let completed = 0;
  await Promise.all(
    streamers.map(async (streamer, at) => {
      await delay(clock, (audioMs * at) / streamers.length);
      for (let count = 0; count < request.utterances; count++)
        if (await speakOnce(streamer, request, clock)) completed++;
    }),
  );
  return {
    cpuMs: cpuMsSince(cpuFrom) - (codec.stopwatchMs - stopwatchFrom),
    encoderMs: codec.encodingMs - encoderFrom,
    completed,
    asked: request.utterances * streamers.length,
    // What failed was encoded and sent like the rest.
    audioMs: audioMs * request.utterances * streamers.length,
    durationMs: clock.nowMs() - startMs,
  };
}

/** False if it did not come to its end, as on a machine that cannot keep up; the others go on. */
async function speakOnce(
  streamer: AdaptiveAudioStreamer,
  { speech }: MeasureCost,
  clock: Clock,
): Promise<boolean> {
  try {
    await streamer.say(revealSpeech(speech, SPEED, clock).chunks).done;
    return true;
  } catch (error) {
    if (isEloquenceError(error) && error.code === 'DELIVERY_INCOMPLETE') return false;
    throw error;
  }
}

function cpuMsSince(from?: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(from);
  return (user + system) / 1000;
}
