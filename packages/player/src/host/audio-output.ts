import { type Disposable, EloquenceError, Emitter, toEloquenceError } from '@eloquence/plugin-api';
import { processorName } from '../worklet/voice-protocol.js';
import { openScript } from './script-url.js';
import { workletSource } from './bundled-sources.js';
import type { LevelMeter } from '../media/track-skip.js';

/**
 * What the audio output is doing: `locked` until the user has done something on the page (then call `resume`);
 * `suspended` when the system stopped it later, such as for a phone call.
 */
export type OutputStateName = 'running' | 'locked' | 'suspended' | 'closed';

export interface AudioOutputOptions {
  readonly context?: AudioContext | undefined;
  readonly destination?: AudioNode | undefined;
  readonly workletUrl?: string | URL | undefined;
}

type RoutableContext = AudioContext & { setSinkId?(deviceId: string): Promise<void> };

/** The audio context with the worklet that sounds the data lane, and what belongs to both lanes. */
export class AudioOutput implements Disposable {
  readonly context: AudioContext;
  /** Speech of the data lane, before the volume. */
  readonly worklet: AudioWorkletNode;
  /** Speech of the data lane as it goes out. */
  readonly gain: GainNode;
  readonly #isOwnContext: boolean;
  readonly #onDidChange = new Emitter<OutputStateName>();
  readonly #listeners = new AbortController();
  #state: OutputStateName;
  #hasRun: boolean;

  readonly onDidChange = this.#onDidChange.event;

  private constructor(context: AudioContext, isOwnContext: boolean, destination: AudioNode | undefined) {
    this.context = context;
    this.#isOwnContext = isOwnContext;
    this.worklet = new AudioWorkletNode(context, processorName, {
      numberOfInputs: 0,
      numberOfOutputs: 1,
      outputChannelCount: [1],
    });
    this.gain = context.createGain();
    this.worklet.connect(this.gain).connect(destination ?? context.destination);
    this.#hasRun = context.state === 'running';
    this.#state = this.#read();
    const { signal } = this.#listeners;
    context.addEventListener('statechange', () => this.#update(), { signal });
    // What the system suspended, such as in its sleep, may run again when the page is looked at.
    if (typeof document !== 'undefined')
      document.addEventListener('visibilitychange', () => this.#wake(), { signal });
  }

  /** @throws EloquenceError `LANE_UNAVAILABLE` where there is no AudioWorklet, or its code cannot be loaded */
  static async open(options: AudioOutputOptions): Promise<AudioOutput> {
    const context = options.context ?? new AudioContext({ latencyHint: 'interactive' });
    const isOwn = options.context === undefined;
    const script = openScript(options.workletUrl, workletSource, './eloquence-worklet.js');
    try {
      // The types promise a worklet; pages without a secure context have none.
      const worklet = context.audioWorklet as AudioWorklet | undefined;
      if (worklet === undefined) throw new Error('There is no AudioWorklet here.');
      await worklet.addModule(script.url);
      return new AudioOutput(context, isOwn, options.destination);
    } catch (error) {
      if (isOwn) await context.close();
      throw new EloquenceError('LANE_UNAVAILABLE', 'The audio worklet could not be loaded.', {
        cause: error,
        hint: 'It needs a page served by https (or from localhost), whose content security policy allows blob: in script-src, or the option workletUrl.',
      });
    } finally {
      script.dispose();
    }
  }

  get state(): OutputStateName {
    return this.#state;
  }

  /** From the worklet to the ear as far as the browser knows, ms. */
  get latencyMs(): number {
    const { outputLatency, baseLatency } = this.context;
    return 1000 * (outputLatency || baseLatency || 0);
  }

  openLevelMeter(track: MediaStreamTrack): LevelMeter {
    const source = this.context.createMediaStreamSource(new MediaStream([track]));
    const analyser = this.context.createAnalyser();
    analyser.fftSize = 1024;
    source.connect(analyser);
    const samples = new Float32Array(analyser.fftSize);
    return {
      read() {
        analyser.getFloatTimeDomainData(samples);
        return samples.reduce((peak, sample) => Math.max(peak, Math.abs(sample)), 0);
      },
      dispose: () => source.disconnect(),
    };
  }

  /** @throws EloquenceError `IO_FAILED` if the browser refuses */
  async resume(): Promise<void> {
    try {
      await this.context.resume();
    } catch (error) {
      throw toEloquenceError(error, 'IO_FAILED', 'Call resume() while the user clicks or presses a key.');
    }
    this.#update();
  }

  /** @throws EloquenceError `OPTION_INVALID` where devices cannot be chosen, or for a device that is not there */
  async setDevice(deviceId: string): Promise<void> {
    const context = this.context as RoutableContext;
    if (context.setSinkId === undefined)
      throw new EloquenceError('OPTION_INVALID', 'This browser cannot choose an output device.', {
        value: deviceId,
        hint: 'Let the user choose it in the system settings.',
      });
    try {
      await context.setSinkId(deviceId);
    } catch (error) {
      throw toEloquenceError(
        error,
        'OPTION_INVALID',
        'Use an id of navigator.mediaDevices.enumerateDevices().',
      );
    }
  }

  dispose(): void {
    this.#listeners.abort();
    this.worklet.port.postMessage({ type: 'stop' });
    this.worklet.disconnect();
    this.gain.disconnect();
    this.#onDidChange.dispose();
    if (this.#isOwnContext && this.context.state !== 'closed') void this.context.close();
  }

  #read(): OutputStateName {
    const { state } = this.context;
    if (state === 'running' || state === 'closed') return state;
    return this.#hasRun ? 'suspended' : 'locked';
  }

  #update(): void {
    this.#hasRun ||= this.context.state === 'running';
    const state = this.#read();
    if (state === this.#state) return;
    this.#state = state;
    this.#onDidChange.fire(state);
  }

  #wake(): void {
    if (document.visibilityState !== 'visible' || this.#state !== 'suspended' || !this.#isOwnContext) return;
    // If it is still not allowed to run, the state says so.
    this.context.resume().then(
      () => this.#update(),
      () => undefined,
    );
  }
}
