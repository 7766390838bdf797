// @ts-check
/**
 * The worker thread that runs the synthesiser. It is JavaScript because Node 20 starts threads from JavaScript
 * only: this way the same file runs from `src` in tests and from `dist` when published.
 */
import { parentPort, workerData } from 'node:worker_threads';
import createModule from '@echogarden/espeak-ng-emscripten';

/** @import { SpeakJob, SpeechEvent, WorkerMessage, WorkerSettings, WorkerVoice } from './worker-protocol.js' */

/**
 * @typedef {object} EspeakEvent
 * @property {string} type
 * @property {number} text_position
 * @property {number} word_length
 * @property {number} audio_position
 */

/**
 * @typedef {object} Espeak
 * @property {() => number} get_samplerate
 * @property {() => WorkerVoice[]} list_voices
 * @property {(identifier: string) => number} set_voice
 * @property {(wordsPerMinute: number) => void} set_rate
 * @property {(text: string, callback: (samples: Int16Array, events: EspeakEvent[]) => boolean) => void} synthesize
 */

// Repeated from `controlCells`: this file imports types only, so that it needs nothing but its two dependencies.
const changesCell = 0;
const takenCell = 1;
const stoppedCell = 2;

const port = parentPort;
if (port === null) throw new Error('espeak-worker.js runs in a worker thread only.');

const { control, maxPiecesAhead, warmUp } = /** @type {WorkerSettings} */ (workerData);
const module = await createModule();
const espeak = /** @type {Espeak} */ (new module.eSpeakNGWorker());
let currentVoice = '';

/**
 * @param {WorkerMessage} message
 * @param {ArrayBuffer[]} [transfer]
 */
function post(message, transfer) {
  port?.postMessage(message, transfer);
}

/** @param {number} id */
function isStopped(id) {
  return Atomics.load(control, stoppedCell) >= id;
}

/**
 * Sleeps while the engine has enough pieces in hand.
 *
 * @param {number} id
 * @param {number} sent
 */
function waitForRoom(id, sent) {
  for (;;) {
    const changes = Atomics.load(control, changesCell);
    if (isStopped(id) || sent - Atomics.load(control, takenCell) < maxPiecesAhead) return;
    Atomics.wait(control, changesCell, changes);
  }
}

/**
 * @param {EspeakEvent[]} events
 * @returns {SpeechEvent[]}
 */
function pickEvents(events) {
  /** @type {SpeechEvent[]} */
  const picked = [];
  for (const event of events) {
    if (event.type !== 'word' && event.type !== 'end') continue;
    picked.push({
      type: event.type,
      textPosition: event.text_position,
      textLength: event.word_length,
      audioMs: event.audio_position,
    });
  }
  return picked;
}

/** @param {SpeakJob} job */
function prepare(job) {
  if (job.voiceIdentifier !== currentVoice) {
    currentVoice = '';
    const result = espeak.set_voice(job.voiceIdentifier);
    if (result !== 0) return `The voice could not be loaded (espeak error ${result}).`;
    currentVoice = job.voiceIdentifier;
  }
  espeak.set_rate(job.wordsPerMinute);
  return undefined;
}

/** @param {SpeakJob} job */
function speak(job) {
  const { id } = job;
  try {
    const problem = prepare(job);
    if (problem !== undefined) {
      post({ type: 'failed', id, message: problem, isBroken: false });
      return;
    }
    let sent = 0;
    espeak.synthesize(job.text, (samples, events) => {
      if (isStopped(id)) return true;
      // `samples` is a copy that the binding made of the WebAssembly memory, so its buffer can be given away.
      post({ type: 'piece', id, piece: { samples, events: pickEvents(events) } }, [
        /** @type {ArrayBuffer} */ (samples.buffer),
      ]);
      sent++;
      waitForRoom(id, sent);
      return isStopped(id);
    });
    post({ type: 'done', id });
  } catch (error) {
    post({
      type: 'failed',
      id,
      message: error instanceof Error ? error.message : String(error),
      isBroken: true,
    });
  }
}

for (const job of warmUp) {
  if (prepare(job) === undefined) espeak.synthesize(job.text, () => false);
}
port.on('message', speak);
post({
  type: 'ready',
  sampleRateHz: espeak.get_samplerate(),
  voices: espeak.list_voices().map(({ identifier, name, languages }) => ({
    identifier,
    name,
    languages: languages.map((language) => ({ priority: language.priority, name: language.name })),
  })),
});
