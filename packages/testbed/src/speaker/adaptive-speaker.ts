import type { SpeechInput, Utterance } from '@eloquence/core';
import type { EncodedFrame, Event, LaneKind, PcmChunk, SessionEvent } from '@eloquence/plugin-api';
import type { Sent, Speaker } from './speaker.js';

/** A session of the framework, as a streamer or a kernel has it. */
export interface AdaptiveSession {
  readonly lane: LaneKind | undefined;
  readonly receiverCount: number;
  readonly onDidPublishEvent: Event<SessionEvent>;
  initialize(signal?: AbortSignal): Promise<void>;
  say(input: SpeechInput, options: { readonly signal: AbortSignal }): Utterance;
  dispose(): Promise<void>;
}

/** Speaks through the framework. */
export class AdaptiveSpeaker implements Speaker {
  readonly #session: AdaptiveSession;
  #lane: 'data' | 'media' | undefined;
  #profile: string | null;

  /** @param profile the pinned one; absent where the framework chooses */
  constructor(session: AdaptiveSession, profile?: string) {
    this.#session = session;
    this.#profile = profile ?? null;
  }

  get lane(): 'data' | 'media' {
    return this.#lane ?? this.#session.lane ?? 'data';
  }

  get profile(): string | null {
    return this.#profile;
  }

  get receiverCount(): number | undefined {
    return this.#session.lane === 'data' ? this.#session.receiverCount : undefined;
  }

  get onDidPublishEvent(): Event<SessionEvent> {
    return this.#session.onDidPublishEvent;
  }

  open(signal?: AbortSignal): Promise<void> {
    return this.#session.initialize(signal);
  }

  async speak(
    chunks: AsyncIterable<PcmChunk>,
    signal: AbortSignal,
    onFrame: (frame: EncodedFrame) => void,
  ): Promise<Sent> {
    const utterance = this.#session.say(chunks, { signal });
    const subscription = utterance.onDidEncodeFrame(onFrame);
    try {
      const metrics = await utterance.done;
      this.#lane = metrics.lane;
      this.#profile = metrics.profile;
      return { frames: metrics.framesSent, overheadPerChunkMs: metrics.overheadPerChunkMs ?? null, metrics };
    } finally {
      utterance.cancel();
      subscription.dispose();
    }
  }

  close(): Promise<void> {
    return this.#session.dispose();
  }
}
