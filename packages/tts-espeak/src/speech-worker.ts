import { Worker } from 'node:worker_threads';
import { type Disposable, EloquenceError, abortedError } from '@eloquence/plugin-api';
import { findWorkerProgram } from './worker-program.js';
import { defaultVoiceId } from './voice-catalogue.js';
import {
  type SpeakJob,
  type SpeechPiece,
  type WorkerMessage,
  type WorkerSettings,
  type WorkerVoice,
  controlCellCount,
  controlCells,
} from './worker-protocol.js';

/** Pieces that may wait between the threads: 3.2 s of speech, 141 kB. */
export const maxPiecesAhead = 32;

/** Spoken unheard at the start: the first run of the WebAssembly code is some ten times slower than the later ones. */
const warmUpText = 'Ready to speak as soon as there is something to say.';

/** One run of the synthesiser, seen from the engine's side. */
interface RunningJob {
  readonly id: number;
  readonly pieces: SpeechPiece[];
  isDone: boolean;
  error: EloquenceError | undefined;
  /** Resumes the reader. */
  wake: () => void;
  /** Resumes whoever waits for the synthesiser to be free. */
  settled: () => void;
}

/**
 * A thread with one synthesiser. Speaks one job at a time, at most `maxPiecesAhead` pieces ahead of the reader.
 * Keeps the process alive only while somebody waits for it.
 */
export class SpeechWorker implements Disposable {
  readonly #thread: Worker;
  readonly #control: Int32Array;
  #job: RunningJob | undefined;
  #nextId = 1;
  #failure: EloquenceError | undefined;
  #onReady: ((message: Extract<WorkerMessage, { type: 'ready' }>) => void) | undefined;
  #onStartFailed: ((error: EloquenceError) => void) | undefined;
  sampleRateHz = 0;
  voices: readonly WorkerVoice[] = [];

  private constructor(program: URL) {
    this.#control = new Int32Array(new SharedArrayBuffer(controlCellCount * Int32Array.BYTES_PER_ELEMENT));
    const settings: WorkerSettings = {
      control: this.#control,
      maxPiecesAhead,
      warmUp: [{ id: 0, text: warmUpText, voiceIdentifier: defaultVoiceId, wordsPerMinute: 175 }],
    };
    this.#thread = new Worker(program, {
      name: 'eloquence-espeak',
      workerData: settings,
      // Loaders and debuggers of the main thread have no business in this one.
      execArgv: [],
    });
    this.#thread.on('message', (message: WorkerMessage) => this.#receive(message));
    this.#thread.on('error', (error: unknown) => this.#fail(describe(error)));
    this.#thread.on('messageerror', (error: unknown) => this.#fail(describe(error)));
    this.#thread.on('exit', (code) => this.#fail(`its thread ended with code ${code}`));
  }

  /**
   * Starts a thread, loads the synthesiser and warms it up.
   *
   * @param program where its program is; found if absent
   * @throws EloquenceError `TTS_FAILED`
   */
  static async start(program?: string | URL): Promise<SpeechWorker> {
    const worker = new SpeechWorker(findWorkerProgram(program));
    try {
      const ready = await new Promise<Extract<WorkerMessage, { type: 'ready' }>>((resolve, reject) => {
        worker.#onReady = resolve;
        worker.#onStartFailed = reject;
      });
      worker.sampleRateHz = ready.sampleRateHz;
      worker.voices = ready.voices;
      return worker;
    } catch (error) {
      worker.dispose();
      throw error;
    } finally {
      worker.#onReady = undefined;
      worker.#onStartFailed = undefined;
      worker.#thread.unref();
    }
  }

  /** True if the thread has ended or its synthesiser can no longer be trusted. */
  get isBroken(): boolean {
    return this.#failure !== undefined;
  }

  /** Resolves when no job runs. */
  whenFree(): Promise<void> {
    const job = this.#job;
    if (job === undefined || job.isDone) return Promise.resolve();
    return new Promise((resolve) => {
      job.settled = resolve;
    });
  }

  /**
   * Speaks; the worker must be free. Ending the iteration stops the synthesiser at its next piece.
   *
   * @throws EloquenceError `TTS_FAILED`, `ABORTED`, `DISPOSED`
   */
  async *speak(request: Omit<SpeakJob, 'id'>, signal?: AbortSignal): AsyncGenerator<SpeechPiece, void, void> {
    const job = this.#begin(request);
    const onAbort = (): void => {
      this.#stop(job);
      job.wake();
    };
    signal?.addEventListener('abort', onAbort, { once: true });
    try {
      for (;;) {
        if (signal?.aborted) throw abortedError(signal);
        if (job.error !== undefined) throw job.error;
        const piece = job.pieces.shift();
        if (piece !== undefined) {
          if (!job.isDone) this.#add(controlCells.taken);
          yield piece;
        } else if (job.isDone) {
          return;
        } else {
          await this.#nextMessage(job);
        }
      }
    } finally {
      signal?.removeEventListener('abort', onAbort);
      if (!job.isDone) this.#stop(job);
      job.pieces.length = 0;
    }
  }

  dispose(): void {
    this.#failure ??= new EloquenceError('DISPOSED', 'The voice was disposed.');
    this.#endJob(this.#failure);
    Atomics.store(this.#control, controlCells.stoppedUpTo, 0x7fffffff);
    this.#add(controlCells.changes);
    this.#thread.removeAllListeners('message');
    void this.#thread.terminate();
  }

  #begin(request: Omit<SpeakJob, 'id'>): RunningJob {
    if (this.#failure !== undefined) throw this.#failure;
    const job: RunningJob = {
      id: this.#nextId++,
      pieces: [],
      isDone: false,
      error: undefined,
      wake: () => undefined,
      settled: () => undefined,
    };
    this.#job = job;
    Atomics.store(this.#control, controlCells.taken, 0);
    this.#thread.postMessage({ ...request, id: job.id } satisfies SpeakJob);
    return job;
  }

  async #nextMessage(job: RunningJob): Promise<void> {
    this.#thread.ref();
    try {
      await new Promise<void>((resolve) => {
        job.wake = resolve;
      });
    } finally {
      this.#thread.unref();
    }
  }

  #receive(message: WorkerMessage): void {
    if (message.type === 'ready') {
      this.#onReady?.(message);
      return;
    }
    const job = this.#job;
    if (job === undefined || job.id !== message.id) return;
    if (message.type === 'piece') {
      // What arrives after the reader has left is only the worker noticing it.
      if (Atomics.load(this.#control, controlCells.stoppedUpTo) >= job.id) return;
      job.pieces.push(message.piece);
      job.wake();
    } else if (message.type === 'done') {
      this.#endJob(undefined);
    } else {
      const error = failure(message.message);
      if (message.isBroken) this.#failure ??= error;
      this.#endJob(error);
    }
  }

  #stop(job: RunningJob): void {
    // A reader who comes late to clean up must not take back the stop of a later job.
    if (Atomics.load(this.#control, controlCells.stoppedUpTo) >= job.id) return;
    Atomics.store(this.#control, controlCells.stoppedUpTo, job.id);
    this.#add(controlCells.changes);
  }

  #add(cell: number): void {
    Atomics.add(this.#control, cell, 1);
    if (cell !== controlCells.changes) Atomics.add(this.#control, controlCells.changes, 1);
    Atomics.notify(this.#control, controlCells.changes);
  }

  #fail(reason: string): void {
    this.#failure ??= failure(reason);
    this.#onStartFailed?.(this.#failure);
    this.#endJob(this.#failure);
  }

  #endJob(error: EloquenceError | undefined): void {
    const job = this.#job;
    if (job === undefined || job.isDone) return;
    job.isDone = true;
    job.error = error;
    this.#job = undefined;
    job.wake();
    job.settled();
  }
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function failure(reason: string): EloquenceError {
  return new EloquenceError('TTS_FAILED', `The espeak voice failed: ${reason}`, {
    hint: 'The next sentence starts a new synthesiser; if it fails again, check the installation of @echogarden/espeak-ng-emscripten.',
  });
}
