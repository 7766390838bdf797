import { withTimeout } from '@eloquence/base';
import { createPcmResampler, type PcmResampler, type Room } from '@eloquence/livekit-adapter';
import { abortedError, type Clock, EloquenceError, type PcmChunk } from '@eloquence/plugin-api';
import { legacySampleRateHz, type LegacyTrack, publishLegacyTrack } from './legacy-track.js';

/** Samples of one frame of the loop: 10 ms at 48 kHz. */
export const legacyFrameSamples = 480;

/** Cuts PCM into frames of 10 ms, each in a buffer of its own. */
export class FrameCutter {
  #rest = new Int16Array(0);

  *push(pcm: Int16Array): Generator<Int16Array> {
    const joined = new Int16Array(this.#rest.length + pcm.length);
    joined.set(this.#rest);
    joined.set(pcm, this.#rest.length);
    let at = 0;
    for (; at + legacyFrameSamples <= joined.length; at += legacyFrameSamples)
      yield joined.slice(at, at + legacyFrameSamples);
    this.#rest = joined.slice(at);
  }

  /** The last, incomplete frame, filled up with silence. */
  *flush(): Generator<Int16Array> {
    if (this.#rest.length === 0) return;
    const frame = new Int16Array(legacyFrameSamples);
    frame.set(this.#rest);
    this.#rest = new Int16Array(0);
    yield frame;
  }
}

/** When one frame of 10 ms was handed over, and how long the loop waited for it. */
export interface LegacyFrameTiming {
  /** On the clock given, ms. */
  readonly atMs: number;
  readonly tookMs: number;
}

export interface LegacyResult {
  readonly outcome: 'complete' | 'cancelled';
  readonly frames: number;
  /** Speech sent, padding of the last frame included, ms. */
  readonly audioMs: number;
  /** First piece of PCM → first `captureFrame` call returned, ms. */
  readonly firstFrameMs: number;
  /** First piece of PCM → last `captureFrame` call returned, ms. */
  readonly sendMs: number;
  /** First piece of PCM → the queue has been played out, ms. */
  readonly totalMs: number;
  /** Time spent in `captureFrame` per frame of 10 ms, ms; waiting for the source is not in it. */
  readonly overheadPerChunkMs: number;
  /** Of the first 100 000 frames. */
  readonly timings: readonly LegacyFrameTiming[];
}

export interface SpeakLegacyOptions {
  readonly clock: Clock;
  readonly signal?: AbortSignal;
  /** How long to wait for somebody to subscribe before the loop starts, ms; default 10 000. */
  readonly subscriberTimeoutMs?: number;
  /** Audio that the source takes ahead of the pace, ms, a multiple of 10; default 200. Not used with `track`. */
  readonly queueMs?: number;
  /** Where the audio goes; a new track of the room, closed afterwards, if absent. */
  readonly track?: LegacyTrack;
  /** For tests. */
  readonly createResampler?: (fromHz: number, toHz: number) => PcmResampler;
}

const maxTimings = 100_000;

/**
 * Speaks the way that Eloquence replaces: 48 kHz, a frame of 10 ms after the other into an `AudioSource`, each
 * awaited. Kept unchanged as the baseline of measurements.
 *
 * @throws EloquenceError `NO_RECEIVER`, `CONNECTION_LOST`, `LANE_UNAVAILABLE`, `ABORTED` (before the first frame)
 */
export async function speakLegacy(
  room: Room,
  pcm: AsyncIterable<PcmChunk>,
  options: SpeakLegacyOptions,
): Promise<LegacyResult> {
  const { clock, signal, subscriberTimeoutMs = 10_000 } = options;
  if (signal?.aborted) throw abortedError(signal);
  const track = options.track ?? (await publishLegacyTrack(room, options.queueMs));
  try {
    await waitForSubscriber(track, clock, subscriberTimeoutMs, signal);
    return await runLoop(room, track, pcm, options);
  } finally {
    if (options.track === undefined) await track.close();
  }
}

async function runLoop(
  room: Pick<Room, 'isConnected'>,
  track: LegacyTrack,
  pcm: AsyncIterable<PcmChunk>,
  { clock, signal, createResampler = createPcmResampler }: SpeakLegacyOptions,
): Promise<LegacyResult> {
  const onAbort = (): void => track.clearQueue();
  signal?.addEventListener('abort', onAbort, { once: true });
  const timings: LegacyFrameTiming[] = [];
  let frames = 0;
  let busyMs = 0;
  let startedAtMs: number | undefined;
  let firstFrameAtMs = 0;
  let sentAtMs = 0;
  try {
    for await (const frame of cutFrames(pcm, createResampler, () => (startedAtMs ??= clock.nowMs()))) {
      if (signal?.aborted) break;
      const atMs = clock.nowMs();
      await track.captureFrame(frame).catch((error: unknown) => {
        throw connectionLost(frames, error);
      });
      if (!room.isConnected) throw connectionLost(frames);
      sentAtMs = clock.nowMs();
      if (frames === 0) firstFrameAtMs = sentAtMs;
      frames++;
      busyMs += sentAtMs - atMs;
      if (timings.length < maxTimings) timings.push({ atMs, tookMs: sentAtMs - atMs });
    }
    if (signal?.aborted) track.clearQueue();
    await track.waitForPlayout();
  } finally {
    signal?.removeEventListener('abort', onAbort);
  }
  const endMs = clock.nowMs();
  const originMs = startedAtMs ?? endMs;
  return {
    outcome: signal?.aborted ? 'cancelled' : 'complete',
    frames,
    audioMs: frames * 10,
    firstFrameMs: frames === 0 ? 0 : firstFrameAtMs - originMs,
    sendMs: frames === 0 ? 0 : sentAtMs - originMs,
    totalMs: endMs - originMs,
    overheadPerChunkMs: frames === 0 ? 0 : busyMs / frames,
    timings,
  };
}

function connectionLost(frame: number, cause?: unknown): EloquenceError {
  return new EloquenceError(
    'CONNECTION_LOST',
    `The loop ended at frame ${frame}: the track takes no more audio.`,
    {
      cause,
      hint: 'The loop has no way to go on after this; check the connection and speak again.',
    },
  );
}

/** The source's chunks as frames of 10 ms at 48 kHz. */
async function* cutFrames(
  pcm: AsyncIterable<PcmChunk>,
  createResampler: (fromHz: number, toHz: number) => PcmResampler,
  onChunk: () => void,
): AsyncGenerator<Int16Array> {
  const cutter = new FrameCutter();
  let resampler: PcmResampler | undefined;
  let rateHz: number | undefined;
  try {
    for await (const { samples, sampleRateHz } of pcm) {
      onChunk();
      if (rateHz !== undefined && rateHz !== sampleRateHz)
        throw new EloquenceError(
          'PCM_INVALID',
          `The sample rate changed from ${rateHz} to ${sampleRateHz} Hz.`,
          {
            value: sampleRateHz,
            hint: 'Give all chunks of an utterance the same sample rate.',
          },
        );
      rateHz = sampleRateHz;
      if (sampleRateHz !== legacySampleRateHz)
        resampler ??= createResampler(sampleRateHz, legacySampleRateHz);
      yield* cutter.push(resampler?.push(samples) ?? samples);
    }
    if (resampler !== undefined) yield* cutter.push(resampler.flush());
    yield* cutter.flush();
  } finally {
    resampler?.dispose();
  }
}

async function waitForSubscriber(
  track: LegacyTrack,
  clock: Clock,
  timeoutMs: number,
  signal: AbortSignal | undefined,
): Promise<void> {
  const error = (): EloquenceError =>
    new EloquenceError('NO_RECEIVER', `Nobody subscribed to the audio track within ${timeoutMs} ms.`, {
      hint: 'Check that a listener is in the same room and subscribes to audio tracks.',
    });
  try {
    await withTimeout(track.waitForSubscription(), { clock, ms: timeoutMs, signal, error });
  } catch (reason) {
    throw signal?.aborted ? abortedError(signal) : reason;
  }
}
