import type { Continuations, RoomChannel } from '@eloquence/livekit-room';
import { DisposableStore } from '@eloquence/base';
import type { Clock, Disposable } from '@eloquence/plugin-api';
import type { EngineNews } from '../engine/engine-protocol.js';
import type { AudioOutput } from './audio-output.js';
import type { EngineHost } from './engine-host.js';

export interface DataLaneHostOptions {
  /** Ends with the host: the engine's farewell still goes over it. */
  readonly room: RoomChannel;
  readonly continuations: Continuations;
  readonly output: AudioOutput;
  readonly engine: EngineHost;
  readonly clock: Clock;
  readonly aheadMs: number;
  readonly isShared: boolean;
  readonly reportsFrames: boolean;
  readonly bufferMs?: number | undefined;
  readonly from?: readonly string[] | undefined;
  readonly formerSpeech?: 'drop' | 'finish' | undefined;
  readonly attributes?: Readonly<Record<string, string>> | undefined;
  /** What the engine tells, but for what concerns the room. */
  onNews(news: EngineNews): void;
}

/** How often the output's latency is read again, ms: it is not known before the first sound, and devices change. */
const latencyIntervalMs = 1000;
/** How long the engine may take to say goodbye, ms. */
const stopTimeoutMs = 500;

/** Joins room, engine and audio output, which do not know each other. */
export class DataLaneHost implements Disposable {
  readonly #options: DataLaneHostOptions;
  readonly #owned = new DisposableStore();
  #latencyMs: number;
  #latencyTimer: Disposable | undefined;
  #isStopping = false;

  constructor(options: DataLaneHostOptions) {
    const { room, output, engine, continuations } = options;
    this.#options = options;
    this.#latencyMs = output.latencyMs;
    engine.listen((news) => this.#handle(news));
    this.#start();
    this.#owned.add(
      room.onDidReceive(({ packet, from }) => {
        // A copy: others in the page may look at the packet, too.
        const own = new Uint8Array(packet);
        engine.post({ type: 'packet', packet: own, from }, [own.buffer]);
      }),
    );
    this.#owned.add(room.onDidChangePeer((change) => engine.post({ type: 'peer', ...change })));
    this.#owned.add(
      room.onDidChangeState((state) =>
        engine.post({ type: 'connection', isConnected: state === 'connected' }),
      ),
    );
    this.#owned.add(
      continuations.onDidContinue((change) => engine.post({ type: 'continuation', ...change })),
    );
    this.#owned.add(output.onDidChange(() => this.#tellOutput()));
    this.#planLatency();
  }

  /** Gives the engine time to take leave of the senders, before its thread ends. */
  dispose(): void {
    if (this.#isStopping) return;
    this.#isStopping = true;
    const { room, engine, output, clock } = this.#options;
    this.#latencyTimer?.dispose();
    this.#owned.dispose();
    engine.post({ type: 'stop' });
    const release = (): void => {
      timer.dispose();
      room.dispose();
      engine.dispose();
      output.dispose();
    };
    const timer = clock.setTimer(release, stopTimeoutMs);
    engine.listen((news) => {
      if (news.type === 'send') this.#send(news);
      else if (news.type === 'stopped') release();
    });
  }

  #start(): void {
    const { room, output, engine, aheadMs, isShared, reportsFrames } = this.#options;
    const { bufferMs, from, formerSpeech, attributes } = this.#options;
    const { port1, port2 } = new MessageChannel();
    output.worklet.port.postMessage({ type: 'connect', port: port1 }, [port1]);
    engine.post(
      {
        type: 'start',
        voices: port2,
        settings: {
          sampleRateHz: output.context.sampleRate,
          aheadMs,
          isShared,
          reportsFrames,
          isConnected: room.state === 'connected',
          maxPacketBytes: room.maxPacketBytes,
          latencyMs: this.#latencyMs,
          isRunning: output.state === 'running',
          timeOriginMs: performance.timeOrigin,
          bufferMs,
          from,
          formerSpeech,
          attributes,
        },
      },
      [port2],
    );
  }

  #handle(news: EngineNews): void {
    if (news.type === 'send') this.#send(news);
    else this.#options.onNews(news);
  }

  #send({ id, packet, isReliable, to }: Extract<EngineNews, { type: 'send' }>): void {
    const { room, engine } = this.#options;
    const tell = (isSent: boolean): void => engine.post({ type: 'sent', id, isSent });
    void room.send(packet, { reliable: isReliable, ...(to && { to }) }).then(
      () => tell(true),
      () => tell(false),
    );
  }

  #tellOutput(): void {
    const { output, engine } = this.#options;
    this.#latencyMs = output.latencyMs;
    engine.post({ type: 'output', isRunning: output.state === 'running', latencyMs: this.#latencyMs });
  }

  #planLatency(): void {
    this.#latencyTimer = this.#options.clock.setTimer(() => {
      if (Math.abs(this.#options.output.latencyMs - this.#latencyMs) > 1) this.#tellOutput();
      this.#planLatency();
    }, latencyIntervalMs);
  }
}
