import { randomBytes } from 'node:crypto';
import { createToken } from '../server/access-token.js';
import type { Pace } from '../run/speak-options.js';
import type { PreparedSpeech } from '../source/prepared-speech.js';
import { connectRoom, type Room } from '@eloquence/livekit-adapter';
import type { LiveKitServer } from '@eloquence/livekit-server';
import type { DirectionConditions } from '@eloquence/netlab';
import { delay } from '@eloquence/base';
import {
  type Clock,
  EloquenceError,
  type Event,
  isEloquenceError,
  type SessionEvent,
} from '@eloquence/plugin-api';
import { AdaptiveAudioStreamer, type Utterance, type UtteranceMetrics } from '@eloquence/streamer';
import type { BenchSession, BenchSessionOptions, SpokenUtterance } from './bench-session.js';
import { RemoteEar } from './remote-ear.js';
import { SentUtterance } from './sent-utterance.js';

/** Identities travel in every data packet: as short as can be. */
const SPEAKER = 's';
/** How long finding every listener may take, ms; the handshake is repeated within. */
const HANDSHAKE_MS = 20_000;
const POLL_MS = 50;
/** Longest time beyond the audio that an utterance may take, ms. */
const GRACE_MS = 30_000;
/** How long a listener may need to finish after the speaker knows that it has, ms. */
const FINISH_MS = 2000;
/** Speech that nobody measures, so that both sides have run every line of their code once. */
const WARM_UP_MS = 600;

export interface RealSessionContext {
  readonly server: LiveKitServer;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly warmUp: PreparedSpeech;
}

/** A speaker in this process and listeners in others, in a room on a LiveKit server. */
export class RealSession implements BenchSession {
  readonly clock: Clock;
  readonly #signal: AbortSignal;
  readonly #ears: readonly RemoteEar[];
  readonly #room: Room;
  readonly #streamer: AdaptiveAudioStreamer;

  private constructor(
    { clock, signal }: RealSessionContext,
    ears: readonly RemoteEar[],
    room: Room,
    streamer: AdaptiveAudioStreamer,
  ) {
    this.clock = clock;
    this.#signal = signal;
    this.#ears = ears;
    this.#room = room;
    this.#streamer = streamer;
  }

  /** @throws EloquenceError `NO_RECEIVER` if not every listener is found, and what connecting throws */
  static async open(options: BenchSessionOptions, context: RealSessionContext): Promise<RealSession> {
    const { server, clock, signal } = context;
    const name = `bench-${randomBytes(4).toString('hex')}`;
    const ears: RemoteEar[] = [];
    let room: Room | undefined;
    let streamer: AdaptiveAudioStreamer | undefined;
    try {
      for (const [at, listener] of options.listeners.entries()) {
        const identity = String.fromCharCode('a'.charCodeAt(0) + at);
        const ear = { server, room: name, identity, speaker: SPEAKER, listener, signal };
        ears.push(await RemoteEar.open({ ...ear, seed: options.seed + at }));
      }
      const token = await createToken(server, SPEAKER, name);
      room = await connectRoom({ url: server.url, token, signal });
      streamer = new AdaptiveAudioStreamer(room, {
        lane: options.lane ?? 'data',
        preloadVoice: false,
        clock,
        seed: options.seed,
        ...(options.profile === undefined ? {} : { profile: options.profile }),
      });
      await findListeners(streamer, ears.length, clock, signal);
      const session = new RealSession(context, ears, room, streamer);
      await session.speak(context.warmUp, { kind: 'instant' });
      return session;
    } catch (error) {
      await closeAll(streamer, room, ears);
      throw error;
    }
  }

  get onDidPublishEvent(): Event<SessionEvent> {
    return this.#streamer.onDidPublishEvent;
  }

  configure(
    listener: string,
    changes: Partial<DirectionConditions>,
    direction: 'both' | 'down' = 'both',
  ): Promise<number> {
    const ear = this.#ears.find((candidate) => candidate.listener.name === listener);
    if (ear === undefined) throw new EloquenceError('INTERNAL', `There is no listener '${listener}'.`);
    return ear.configure(changes, direction);
  }

  async speak(speech: PreparedSpeech, pace: Pace): Promise<SpokenUtterance> {
    const ears = this.#ears;
    const before = await Promise.all(ears.map((ear) => ear.wireBytes()));
    await Promise.all(ears.map((ear) => ear.begin()));
    const sent = new SentUtterance(speech, pace, this.clock, this.#signal);
    const utterance = this.#streamer.say(sent.source.chunks, { signal: this.#signal });
    sent.observe(utterance.onDidEncodeFrame);
    const audioMs = (1000 * speech.samples.length) / speech.sampleRateHz;
    let metrics: UtteranceMetrics;
    try {
      metrics = await this.#within(utterance, audioMs / Math.min(1, sent.speed) + GRACE_MS);
    } finally {
      utterance.cancel();
      sent.dispose();
    }
    const heard = await Promise.all(
      ears.map(async (ear, at) => {
        const account = await ear.collect(FINISH_MS);
        const wireBytes = (await ear.wireBytes()) - before[at]!;
        return [ear.listener.name, sent.compose(account, metrics, ear.listener.link, wireBytes)] as const;
      }),
    );
    return { metrics, heard: new Map(heard) };
  }

  async pause(durationMs: number): Promise<void> {
    await delay(this.clock, durationMs, this.#signal);
  }

  async dispose(): Promise<void> {
    await closeAll(this.#streamer, this.#room, this.#ears);
  }

  async #within(utterance: Utterance, limitMs: number): Promise<UtteranceMetrics> {
    const controller = new AbortController();
    const timeout = delay(this.clock, limitMs, controller.signal).then((): never => {
      throw new EloquenceError('DELIVERY_INCOMPLETE', 'The utterance took too long.', {
        value: Math.round(limitMs),
      });
    });
    timeout.catch(() => undefined);
    try {
      return await Promise.race([utterance.done, timeout]);
    } finally {
      controller.abort();
    }
  }
}

/** The first part of `speech`. */
export function warmUpOf({ samples, sampleRateHz }: PreparedSpeech): PreparedSpeech {
  return { samples: samples.slice(0, Math.round((sampleRateHz * WARM_UP_MS) / 1000)), sampleRateHz };
}

/** As patient as it takes on a bad link: every listener is known to be in the room. */
async function findListeners(
  streamer: AdaptiveAudioStreamer,
  count: number,
  clock: Clock,
  signal: AbortSignal,
): Promise<void> {
  const endMs = clock.nowMs() + HANDSHAKE_MS;
  for (;;) {
    try {
      await streamer.initialize(signal);
      break;
    } catch (error) {
      const isWorthIt = clock.nowMs() < endMs;
      if (!isEloquenceError(error) || error.code !== 'NO_RECEIVER' || !isWorthIt) throw error;
    }
  }
  while (streamer.receiverCount < count) {
    if (clock.nowMs() >= endMs) {
      throw new EloquenceError('NO_RECEIVER', `Only ${streamer.receiverCount} of ${count} listeners answer.`);
    }
    await delay(clock, POLL_MS, signal);
  }
}

async function closeAll(
  streamer: AdaptiveAudioStreamer | undefined,
  room: Room | undefined,
  ears: readonly RemoteEar[],
): Promise<void> {
  await streamer?.dispose();
  await room?.disconnect();
  await Promise.all(ears.map((ear) => ear.close()));
}
