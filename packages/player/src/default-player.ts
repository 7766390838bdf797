import { DisposableStore } from '@eloquence/base';
import type { RoomChannel } from '@eloquence/livekit-room';
import { type Clock, EloquenceError, Emitter, type Event, type WordTiming } from '@eloquence/plugin-api';
import type { SpeechEvents } from '@eloquence/playout';
import { type CaptionSource, CaptionTrack } from './captions/caption-track.js';
import type { EngineNews, EngineStats, ErrorData, SoundingEvent } from './engine/engine-protocol.js';
import type { AudioOutput, OutputStateName } from './host/audio-output.js';
import type { EngineHost } from './host/engine-host.js';
import type { MediaOutput } from './media/media-output.js';
import type { Player, PlayerFaultEvent, PlayerStats } from './player.js';
import { toRoomDataCounters } from './room/player-channel.js';
import { Speakers } from './speakers.js';

/** The engine's events that a page may listen to, by the engine's names. */
interface PageEvents extends SpeechEvents {
  sounding: SoundingEvent;
}

export interface DefaultPlayerParts {
  readonly clock: Clock;
  readonly room: RoomChannel;
  readonly media: MediaOutput | undefined;
  /** The data lane; absent where it cannot be played. */
  readonly data:
    { readonly output: AudioOutput; readonly engine: EngineHost; readonly isShared: boolean } | undefined;
  readonly dataLaneError: EloquenceError | undefined;
  readonly volume: number;
}

/** Puts the two lanes of a player behind one face. Owns everything it is given. */
export class DefaultPlayer implements Player {
  readonly dataLaneError: EloquenceError | undefined;
  readonly #parts: DefaultPlayerParts;
  readonly #owned = new DisposableStore();
  readonly #speakers = this.#owned.add(new Speakers());
  readonly #captions: CaptionTrack;
  /** How many utterances of the data lane are there, by sender; no more than the engine has streams for. */
  readonly #onData = new Map<string, number>();
  #volume = 1;
  #stats: EngineStats | undefined;

  readonly #onDidEmit = this.#emitter<EngineNews>();
  readonly #onDidFault = this.#emitter<PlayerFaultEvent>();
  readonly #onDidChangeState = this.#emitter<OutputStateName>();

  readonly onDidStartUtterance = this.#only('startUtterance');
  readonly onDidStartPlayout = this.#only('startPlayout');
  readonly onDidStall = this.#only('stall');
  readonly onDidResume = this.#only('resume');
  readonly onDidPlayFrame = this.#only('playFrame');
  readonly onDidFinishUtterance = this.#only('finishUtterance');
  readonly onDidChangeSound = this.#only('sounding');
  readonly onDidFault = this.#onDidFault.event;
  readonly onDidChangeState = this.#onDidChangeState.event;
  readonly onDidChangeLane = this.#speakers.onDidChangeLane;
  readonly onDidHearWord: Player['onDidHearWord'];

  constructor(parts: DefaultPlayerParts) {
    const { room, media, data, clock } = parts;
    this.#parts = parts;
    this.dataLaneError = parts.dataLaneError;
    this.#captions = this.#owned.add(new CaptionTrack(clock));
    this.onDidHearWord = this.#captions.onDidHearWord;
    this.#owned.add(
      room.onDidChangePeer(({ identity, isPresent }) => {
        // What is being played of it goes on, and is counted until it has ended.
        if (!isPresent) this.#speakers.forget(identity);
      }),
    );
    if (data !== undefined)
      this.#owned.add(data.output.onDidChange((state) => this.#onDidChangeState.fire(state)));
    if (media !== undefined) {
      this.#owned.add(
        media.onDidSpeak((sender) => {
          // The server tells late, and goes on telling for a while, who was loud on a track.
          if (!this.#onData.has(sender)) this.#speakers.note(sender, 'media');
        }),
      );
      this.#owned.add(media.onDidFault((error) => this.#onDidFault.fire({ error })));
    }
    this.volume = parts.volume;
  }

  /** Ends with the player, before everything else. */
  own(part: { dispose(): void }): void {
    this.#owned.add(part);
  }

  get state(): OutputStateName {
    return this.#parts.data?.output.state ?? 'running';
  }

  get isLocked(): boolean {
    return this.state === 'locked';
  }

  get output(): AudioNode | undefined {
    return this.#parts.data?.output.gain;
  }

  get volume(): number {
    return this.#volume;
  }

  set volume(volume: number) {
    if (!(volume >= 0 && volume <= 1))
      throw new EloquenceError('OPTION_INVALID', 'The volume must be 0 to 1.', { value: volume });
    this.#volume = volume;
    if (this.#parts.data !== undefined) this.#parts.data.output.gain.gain.value = volume;
    this.#parts.media?.setVolume(volume);
  }

  async resume(): Promise<void> {
    // Both at once: the user's gesture is spent by the first wait.
    await Promise.all([this.#parts.data?.output.resume(), this.#parts.media?.resume()]);
  }

  async setOutputDevice(deviceId: string): Promise<void> {
    await this.#parts.data?.output.setDevice(deviceId);
    await this.#parts.media?.setDevice(deviceId);
  }

  addWords(source: CaptionSource, words: readonly WordTiming[]): void {
    this.#captions.addWords(source, words);
  }

  get stats(): PlayerStats {
    const { data, room } = this.#parts;
    const stats = this.#stats;
    return {
      atMs: stats?.atMs ?? 0,
      speakers: this.#speakers.describe(stats),
      output: {
        state: this.state,
        sampleRateHz: data?.output.context.sampleRate ?? 0,
        latencyMs: data?.output.latencyMs ?? 0,
      },
      room: toRoomDataCounters(room.counters),
      ...(data === undefined
        ? {}
        : {
            engine: {
              thread: data.engine.thread,
              memory: data.isShared ? 'shared' : 'posted',
              droppedSamples: stats?.droppedSamples ?? 0,
            },
          }),
      receiver: stats?.counters,
    };
  }

  /** Tells the page what the engine tells. Captions hear of it before the page does, but of an end after it. */
  handle(news: EngineNews): void {
    if (news.type === 'startUtterance') {
      this.#speakers.note(news.event.sender, 'data');
      this.#countOnData(news.event.sender, 1);
    } else if (news.type === 'finishUtterance') this.#countOnData(news.event.sender, -1);
    else if (news.type === 'receiveWords') this.#captions.addWords(news.event, news.event.words);
    else if (news.type === 'sounding') this.#captions.noteSounding(news.event);
    else if (news.type === 'overlap') this.#skip(news);
    else if (news.type === 'stats') this.#stats = news.stats;
    else if (news.type === 'failed') this.#onDidFault.fire({ error: toError(news.error) });
    else if (news.type === 'fault') {
      const { sender } = news.stream;
      this.#onDidFault.fire({ error: toError(news.error), ...(sender !== '' && { sender }) });
    }
    this.#onDidEmit.fire(news);
    if (news.type === 'finishUtterance') this.#captions.finish(news.event, news.event.outcome === 'complete');
  }

  dispose(): void {
    this.#owned.dispose();
  }

  #skip({ trackId, overlapMs }: Extract<EngineNews, { type: 'overlap' }>): void {
    const { media, data } = this.#parts;
    if (data !== undefined) media?.skip(trackId, overlapMs, (track) => data.output.openLevelMeter(track));
  }

  #countOnData(sender: string, change: number): void {
    const count = (this.#onData.get(sender) ?? 0) + change;
    if (count > 0) this.#onData.set(sender, count);
    else this.#onData.delete(sender);
  }

  /** The events of one type. */
  #only<T extends keyof PageEvents>(type: T): Event<PageEvents[T]> {
    return (listener) =>
      this.#onDidEmit.event((news) => {
        if (news.type === type && 'event' in news) listener(news.event as PageEvents[T]);
      });
  }

  #emitter<T>(): Emitter<T> {
    return this.#owned.add(new Emitter<T>());
  }
}

function toError({ code, message, hint }: ErrorData): EloquenceError {
  return new EloquenceError(code, message, hint === undefined ? {} : { hint });
}
