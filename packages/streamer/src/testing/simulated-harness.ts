import { type Kernel, type Session, createKernel } from '@eloquence/core';
import { type AccessLink, type DirectionConditions, REFERENCE_LINKS } from '@eloquence/netlab';
import { VirtualClock, delay } from '@eloquence/base';
import {
  type CodecFactory,
  type Decision,
  type PcmChunk,
  type PluginDescriptor,
  type Scenario,
  type UtteranceMetrics,
  isEloquenceError,
} from '@eloquence/plugin-api';
import {
  type SpeechReceiver,
  type UtteranceFinishedEvent,
  createCallbackSink,
  createSpeechReceiver,
} from '@eloquence/playout';
import { SimulatedRoom, simulatedTarget, simulatedTransportPlugin } from '@eloquence/simulated-transport';
import { withDefaultPlugins } from '../default-plugins.js';
import { codecPlugin, hollowCodec } from './hollow-codec.js';

const sampleRateHz = 24_000;
const pieceMs = 100;

const hollow = hollowCodec();

export interface HarnessOptions {
  readonly link: AccessLink;
  readonly seed?: number;
  readonly profile?: string;
  readonly scenario?: Scenario;
  readonly forecaster?: string;
  /** A real codec in place of frames that hold nothing. */
  readonly codec?: CodecFactory;
  readonly plugins?: readonly PluginDescriptor[];
  readonly policy?: string;
  /** What the listener says of itself. */
  readonly attributes?: Readonly<Record<string, string>>;
  /** Default plugins that are not installed. */
  readonly without?: readonly string[];
}

export interface HeardBlock {
  readonly samples: Int16Array;
  readonly kind: string;
}

/** A session and one listener behind a link, on virtual time: everything but the network and the room is real. */
export class SimulatedHarness {
  readonly clock = new VirtualClock(10_000);
  readonly room: SimulatedRoom;
  readonly kernel: Kernel;
  readonly session: Session;
  readonly receiver: SpeechReceiver;
  readonly heard: HeardBlock[] = [];
  readonly finished: UtteranceFinishedEvent[] = [];
  keepsSound = false;

  constructor(options: HarnessOptions) {
    const seed = options.seed ?? 1;
    const { clock } = this;
    this.room = new SimulatedRoom({ clock, seed });
    const target = simulatedTarget(this.room.join('voice'));
    this.kernel = createKernel({
      descriptors: withDefaultPlugins([
        simulatedTransportPlugin,
        ...(options.codec ? [] : [codecPlugin(hollow)]),
        ...(options.plugins ?? []),
      ]).filter(({ manifest }) => options.without?.includes(manifest.name) !== true),
      clock,
      seed,
    });
    this.session = this.kernel.createSession({
      target,
      lane: 'data',
      profile: options.profile ?? 'auto',
      scenario: options.scenario ?? 'conversation',
      forecaster: options.forecaster,
      policy: options.policy,
      ttsEngine: 'espeak',
      sampleRateHz,
      preloadVoice: false,
      maxQueuedUtterances: 8,
      yieldTurn: () => Promise.resolve(),
    });
    this.receiver = createSpeechReceiver({
      channel: this.room.join('ear', options.link),
      clock,
      decoders: new Map([['opus', options.codec ?? hollow]]),
      attributes: options.attributes,
      createSink: () =>
        createCallbackSink(({ samples, kind }) => {
          if (this.keepsSound) this.heard.push({ samples: samples.slice(), kind });
        }),
    });
    this.receiver.onDidFinishUtterance((event) => {
      this.finished.push(event);
      if (this.finished.length > 100) this.finished.shift();
    });
  }

  get decisions(): readonly Decision[] {
    return this.session.adaptation.log.decisions;
  }

  /** On a bad link the greetings may get lost: then it is tried again. */
  async open(attempts = 5): Promise<this> {
    let isOpen = false;
    let failure: unknown;
    this.session.open().then(
      () => (isOpen = true),
      (error: unknown) => (failure = error),
    );
    for (let turns = 0; turns < 2000 && !isOpen && failure === undefined; turns++) {
      // Plugins load in real time, the lane opens in virtual time.
      await new Promise((resolve) => setTimeout(resolve, 1));
      await this.clock.advanceAsync(10);
    }
    if (isOpen) return this;
    if (attempts > 1 && isEloquenceError(failure) && failure.code === 'NO_RECEIVER')
      return this.open(attempts - 1);
    throw new Error('not open', { cause: failure });
  }

  /** Changes the listener's link, both ways. */
  changeLink(changes: Partial<DirectionConditions>): void {
    const links = this.room.linksOf('ear')!;
    links.up.configure(changes);
    links.down.configure(changes);
  }

  /** Says something of this length, by a source that is so many times faster than real time; waits for its end. */
  async say(
    durationMs: number,
    options: {
      speed?: number;
      samples?: Int16Array;
      labels?: Readonly<Record<string, string>>;
      onTime?: (atMs: number) => void;
    } = {},
  ): Promise<UtteranceMetrics> {
    const { speed = 4, samples, labels = {} } = options;
    const startMs = this.clock.nowMs();
    const utterance = this.session.say(this.#source(durationMs, speed, samples), { labels });
    let result: UtteranceMetrics | undefined;
    let failure: unknown;
    utterance.done.then(
      (metrics) => (result = metrics),
      (error: unknown) => (failure = error),
    );
    const limitMs = startMs + 4 * durationMs + 60_000;
    while (result === undefined && failure === undefined && this.clock.nowMs() < limitMs) {
      await this.clock.advanceAsync(10);
      options.onTime?.(this.clock.nowMs() - startMs);
    }
    if (result === undefined) throw new Error('not spoken', { cause: failure });
    return result;
  }

  async dispose(): Promise<void> {
    this.session.dispose();
    this.receiver.dispose();
    this.room.dispose();
    await this.kernel.dispose();
  }

  async *#source(durationMs: number, speed: number, samples?: Int16Array): AsyncGenerator<PcmChunk> {
    const piece = (pieceMs * sampleRateHz) / 1000;
    const total = Math.round((durationMs * sampleRateHz) / 1000);
    for (let at = 0; at < total; at += piece) {
      const count = Math.min(piece, total - at);
      yield {
        samples: samples?.slice(at, at + count) ?? new Int16Array(count),
        sampleRateHz,
        endsPhrase: at % (20 * piece) === 19 * piece,
      };
      await delay(this.clock, pieceMs / speed);
    }
  }
}

export function referenceLink(name: string): AccessLink {
  const link = REFERENCE_LINKS[name];
  if (link === undefined) throw new Error(`no link '${name}'`);
  return link;
}
