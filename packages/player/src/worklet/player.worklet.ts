import { Mixer } from './mixer.js';
import { type VoiceCommand, processorName } from './voice-protocol.js';

// The scope of an AudioWorklet, of which the DOM types know nothing.
declare const sampleRate: number;
declare const currentFrame: number;
declare class AudioWorkletProcessor {
  readonly port: MessagePort;
}
declare function registerProcessor(name: string, processor: new () => AudioWorkletProcessor): void;

interface ConnectMessage {
  readonly type: 'connect' | 'stop';
  readonly port?: MessagePort;
}

class PlayerProcessor extends AudioWorkletProcessor {
  #engine: MessagePort | undefined;
  #isStopped = false;
  readonly #mixer = new Mixer(sampleRate, (news, transfer) => this.#engine?.postMessage(news, transfer));

  constructor() {
    super();
    this.port.onmessage = ({ data }: MessageEvent<ConnectMessage>) => {
      this.#engine?.close();
      this.#engine = data.port;
      this.#isStopped = data.type === 'stop';
      if (data.port === undefined) return;
      data.port.onmessage = (event: MessageEvent<VoiceCommand>) => this.#mixer.handle(event.data);
    };
  }

  process(_inputs: Float32Array[][], outputs: Float32Array[][]): boolean {
    const channel = outputs[0]?.[0];
    if (channel !== undefined) this.#mixer.render(channel, currentFrame);
    return !this.#isStopped;
  }
}

registerProcessor(processorName, PlayerProcessor);
