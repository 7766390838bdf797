import { Emitter } from '@eloquence/plugin-api';
import type { MutableCounters } from './receiver-counters.js';
import type {
  FramePlayedEvent,
  FramesReceivedEvent,
  SpeechStreamId,
  StreamFaultEvent,
  UtteranceEvent,
  UtteranceFinishedEvent,
  WordsReceivedEvent,
} from './speech-events.js';
import type { SpeechStreamListener } from './speech-stream-options.js';
import { summarizeUtterance } from './summarize-utterance.js';

/** The events of a receiver, and what turns a stream's calls into them. */
export class ReceiverEmitters {
  readonly startUtterance: Emitter<UtteranceEvent>;
  readonly receiveFrames: Emitter<FramesReceivedEvent>;
  readonly startPlayout: Emitter<UtteranceEvent>;
  readonly playFrame: Emitter<FramePlayedEvent>;
  readonly stall: Emitter<UtteranceEvent>;
  readonly resume: Emitter<UtteranceEvent>;
  readonly receiveWords: Emitter<WordsReceivedEvent>;
  readonly finishUtterance: Emitter<UtteranceFinishedEvent>;
  readonly fault: Emitter<StreamFaultEvent>;
  readonly #nowMs: () => number;

  constructor(counters: MutableCounters, nowMs: () => number) {
    const onError = (): void => {
      counters.listenerErrors++;
    };
    this.#nowMs = nowMs;
    this.startUtterance = new Emitter(onError);
    this.receiveFrames = new Emitter(onError);
    this.startPlayout = new Emitter(onError);
    this.playFrame = new Emitter(onError);
    this.stall = new Emitter(onError);
    this.resume = new Emitter(onError);
    this.receiveWords = new Emitter(onError);
    this.finishUtterance = new Emitter(onError);
    this.fault = new Emitter(onError);
  }

  /** @param onFinished called after the listeners of the event */
  createListener(id: SpeechStreamId, onFinished: () => void): SpeechStreamListener {
    return {
      onStartUtterance: ({ generation }) =>
        this.startUtterance.fire({ ...id, generation, atMs: this.#nowMs() }),
      onReceiveFrames: ({ generation }, firstFrame, frameCount, payloadBytes) =>
        this.receiveFrames.fire({
          ...id,
          generation,
          atMs: this.#nowMs(),
          firstFrame,
          frameCount,
          payloadBytes,
        }),
      onStartPlayout: ({ generation }, atMs) => this.startPlayout.fire({ ...id, generation, atMs }),
      onPlayFrame: ({ generation }, { index, payload }) =>
        this.playFrame.fire({ ...id, generation, atMs: this.#nowMs(), index, payload }),
      onStall: ({ generation }, atMs) => this.stall.fire({ ...id, generation, atMs }),
      onResume: ({ generation }, atMs) => this.resume.fire({ ...id, generation, atMs }),
      onFinish: (utterance, outcome, atMs) => {
        this.finishUtterance.fire(summarizeUtterance(id, utterance, outcome, atMs));
        onFinished();
      },
      onReceiveWords: (generation, firstWord, words) =>
        this.receiveWords.fire({ ...id, generation, atMs: this.#nowMs(), firstWord, words }),
      onFault: (error) => this.fault.fire({ ...id, atMs: this.#nowMs(), error }),
    };
  }

  dispose(): void {
    this.startUtterance.dispose();
    this.receiveFrames.dispose();
    this.startPlayout.dispose();
    this.playFrame.dispose();
    this.stall.dispose();
    this.resume.dispose();
    this.receiveWords.dispose();
    this.finishUtterance.dispose();
    this.fault.dispose();
  }
}
