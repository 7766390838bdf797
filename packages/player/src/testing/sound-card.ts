import type { VirtualClock } from '@eloquence/base';
import { Mixer } from '../worklet/mixer.js';
import type { VoiceCommand, VoiceNews } from '../worklet/voice-protocol.js';

const quantum = 128;

/** The real mixer, run by a virtual clock in bursts, as an audio device does. News arrives a little later. */
export class SoundCard {
  readonly heard: number[] = [];
  readonly #mixer: Mixer;
  readonly #clock: VirtualClock;
  readonly #sampleRateHz: number;
  #frame = 0;
  #beganAtMs: number;
  #isRunning = true;

  constructor(clock: VirtualClock, sampleRateHz: number, tell: (news: VoiceNews) => void) {
    this.#clock = clock;
    this.#sampleRateHz = sampleRateHz;
    this.#beganAtMs = clock.nowMs();
    this.#mixer = new Mixer(sampleRateHz, (news) => void clock.setTimer(() => tell(news), 1));
    this.#run();
  }

  handle(command: VoiceCommand): void {
    this.#mixer.handle(command);
  }

  suspend(): void {
    this.#isRunning = false;
  }

  resume(): void {
    this.#isRunning = true;
    this.#beganAtMs = this.#clock.nowMs() - (this.#frame * 1000) / this.#sampleRateHz;
  }

  #run(): void {
    const dueFrame = ((this.#clock.nowMs() - this.#beganAtMs) * this.#sampleRateHz) / 1000;
    while (this.#isRunning && this.#frame < dueFrame) {
      const output = new Float32Array(quantum);
      this.#mixer.render(output, this.#frame);
      this.heard.push(...output);
      this.#frame += quantum;
    }
    this.#clock.setTimer(() => this.#run(), 10);
  }
}
