import { DisposableStore } from '@eloquence/base';
import { type Clock, type CodecFactory, type Disposable, Emitter } from '@eloquence/plugin-api';
import {
  type SpeechEvent,
  type SpeechReceiver,
  type SpeechStreamId,
  createSpeechReceiver,
} from '@eloquence/playout';
import type { VoiceNews } from '../worklet/voice-protocol.js';
import { DelayTrend } from './delay-trend.js';
import { type EngineCommand, type EngineNews, type EngineSettings, toErrorData } from './engine-protocol.js';
import { PortChannel } from './port-channel.js';
import type { OutputState } from './ring-sink.js';
import type { SoundingListener } from './sound-map.js';
import { VoiceBank } from './voice-bank.js';
import type { PostVoiceCommand } from './voice-writer.js';

/** Duration of the blocks that leave the receiver, ms. */
const blockMs = 20;
/** How often statistics are told while something plays, ms. */
const statsIntervalMs = 250;

export interface PlayerEngineOptions {
  readonly settings: EngineSettings;
  readonly decoders: ReadonlyMap<string, CodecFactory>;
  readonly clock: Clock;
  readonly post: (news: EngineNews) => void;
  readonly postVoice: PostVoiceCommand;
}

/**
 * The data lane's receiver with its decoders and voices: everything of a player that must not wait for the page. Runs
 * in a worker, or on the main thread where there is none.
 */
export class PlayerEngine implements Disposable {
  readonly #clock: Clock;
  readonly #post: (news: EngineNews) => void;
  readonly #owned = new DisposableStore();
  readonly #channel: PortChannel;
  readonly #voices: VoiceBank;
  readonly #receiver: SpeechReceiver;
  readonly #onDidRun = this.#owned.add(new Emitter<void>());
  readonly #trends = new Map<string, DelayTrend>();
  #isRunning: boolean;
  #latencyMs: number;
  #statsTimer: Disposable | undefined;

  constructor(options: PlayerEngineOptions) {
    const { settings, clock, post } = options;
    this.#clock = clock;
    this.#post = post;
    this.#isRunning = settings.isRunning;
    this.#latencyMs = settings.latencyMs;
    this.#channel = this.#owned.add(new PortChannel(settings.maxPacketBytes, settings.isConnected, post));
    this.#voices = new VoiceBank(this.#createOutput(settings), settings.isShared, options.postVoice);
    const { from, bufferMs, formerSpeech, attributes } = settings;
    this.#receiver = this.#owned.add(
      createSpeechReceiver({
        channel: this.#channel,
        clock,
        decoders: options.decoders,
        blockMs,
        words: true,
        createSink: (stream) => this.#voices.open(stream, (id) => this.#soundingListener(id)),
        from,
        bufferMs,
        formerSpeech,
        attributes,
      }),
    );
    this.#receiver.onDidEmit((happened) => {
      if (settings.reportsFrames || happened.type !== 'playFrame') this.#forward(happened);
    });
  }

  handle(command: Exclude<EngineCommand, { type: 'start' | 'stop' }>): void {
    switch (command.type) {
      case 'packet':
        this.#channel.receive(command);
        break;
      case 'peer':
        this.#channel.changePeer(command);
        break;
      case 'connection':
        this.#channel.changeConnection(command.isConnected);
        break;
      case 'sent':
        this.#channel.settle(command.id, command.isSent);
        break;
      case 'continuation': {
        const { sender, trackId, continuation } = command;
        const { channel, utteranceSequence, frame } = continuation;
        const overlapMs = this.#receiver.limitUtterance({ sender, channel }, utteranceSequence, frame);
        if (overlapMs > 0) this.#post({ type: 'overlap', trackId, overlapMs });
        break;
      }
      case 'output':
        this.#setOutput(command.isRunning, command.latencyMs);
        break;
    }
  }

  handleVoice(news: VoiceNews): void {
    this.#voices.handle(news);
  }

  /** Takes leave of the senders and falls silent. */
  dispose(): void {
    this.#statsTimer?.dispose();
    this.#owned.dispose();
  }

  #setOutput(isRunning: boolean, latencyMs: number): void {
    const opens = isRunning && !this.#isRunning;
    this.#isRunning = isRunning;
    this.#latencyMs = latencyMs;
    if (opens) this.#onDidRun.fire();
  }

  #createOutput({ sampleRateHz, aheadMs }: EngineSettings): OutputState {
    const isRunning = (): boolean => this.#isRunning;
    const latencyMs = (): number => this.#latencyMs;
    return {
      sampleRateHz,
      aheadMs,
      get latencyMs() {
        return latencyMs();
      },
      get isRunning() {
        return isRunning();
      },
      onDidRun: this.#onDidRun.event,
      nowMs: () => this.#clock.nowMs(),
    };
  }

  #soundingListener(stream: SpeechStreamId): SoundingListener {
    return (news) => this.#post({ type: 'sounding', event: { ...stream, ...news } });
  }

  #forward(happened: SpeechEvent): void {
    if (happened.type === 'fault') {
      const { sender, channel, atMs, error } = happened.event;
      this.#post({ type: 'fault', stream: { sender, channel }, atMs, error: toErrorData(error) });
      return;
    }
    if (happened.type !== 'receiveFrames') this.#post(happened);
    if (happened.type === 'startUtterance') this.#planStats();
    else if (happened.type === 'finishUtterance') this.#tellStats();
  }

  #planStats(): void {
    this.#statsTimer ??= this.#clock.setTimer(() => {
      this.#statsTimer = undefined;
      this.#tellStats();
      if (this.#receiver.streams.some(({ playout }) => playout !== 'idle' && playout !== 'finished'))
        this.#planStats();
    }, statsIntervalMs);
  }

  #tellStats(): void {
    const atMs = this.#clock.nowMs();
    const { streams } = this.#receiver;
    const live = new Set<string>();
    const told = streams.map((stream) => {
      const key = `${stream.channel}/${stream.sender}`;
      live.add(key);
      const trend = this.#trends.get(key) ?? new DelayTrend();
      this.#trends.set(key, trend);
      trend.add(atMs, stream.arrivals.owdVariationMs);
      return { ...stream, owdTrendMsPerSecond: trend.msPerSecond };
    });
    for (const key of this.#trends.keys()) if (!live.has(key)) this.#trends.delete(key);
    const { counters } = this.#receiver;
    const { droppedSamples } = this.#voices;
    this.#post({ type: 'stats', stats: { atMs, streams: told, counters, droppedSamples } });
  }
}
