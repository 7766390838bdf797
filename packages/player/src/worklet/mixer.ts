import { BlockQueue } from '../ring/block-queue.js';
import { SharedRing } from '../ring/shared-ring.js';
import { Voice } from './voice.js';
import type { VoiceCommand, VoiceNews, VoicePosition } from './voice-protocol.js';

/** Render quanta between two messages about where the voices are: 43 ms at 48 kHz. */
const quantaPerStatus = 16;
/** A stream of speech each; the engine opens no more. */
const maxVoices = 64;

interface OpenVoice {
  readonly voice: Voice;
  readonly queue: BlockQueue | undefined;
  isClosing: boolean;
}

/** All voices of a player, mixed to one channel. Runs on the audio thread. */
export class Mixer {
  readonly #voices = new Map<number, OpenVoice>();
  readonly #sampleRateHz: number;
  readonly #post: (news: VoiceNews, transfer: ArrayBuffer[]) => void;
  #quanta = 0;

  constructor(sampleRateHz: number, post: (news: VoiceNews, transfer: ArrayBuffer[]) => void) {
    this.#sampleRateHz = sampleRateHz;
    this.#post = post;
  }

  get voiceCount(): number {
    return this.#voices.size;
  }

  handle(command: VoiceCommand): void {
    if (command.type === 'open') {
      this.#open(command);
      return;
    }
    const open = this.#voices.get(command.voice);
    if (open === undefined) return;
    if (command.type === 'block') open.queue?.push(command.samples);
    else if (command.type === 'clear') open.voice.clear(command.until);
    else if (command.type === 'cut') open.voice.cut(command.from, command.until);
    else {
      open.voice.clear((open.voice.source.position + open.voice.source.available) >>> 0);
      open.isClosing = true;
      // Nothing is rendered while the output is locked: what has nothing to fade out ends here.
      if (open.voice.isIdle) this.#voices.delete(command.voice);
    }
  }

  /** Fills one render quantum. `frame` is the number of its first frame. */
  render(output: Float32Array, frame: number): void {
    output.fill(0);
    for (const [id, open] of this.#voices) {
      const turn = open.voice.mixInto(output);
      if (turn === 'started')
        this.#post({ type: 'started', voice: id, position: open.voice.startPosition, frame }, []);
      else if (turn === 'dry')
        this.#post({ type: 'dry', voice: id, position: open.voice.source.position, frame }, []);
      if (open.isClosing && open.voice.isIdle) this.#voices.delete(id);
    }
    if (++this.#quanta >= quantaPerStatus) this.#sendStatus(frame + output.length);
  }

  #open({ voice, memory }: Extract<VoiceCommand, { type: 'open' }>): void {
    if (this.#voices.size >= maxVoices) return;
    const queue = memory === undefined ? new BlockQueue() : undefined;
    const source = memory === undefined ? queue! : new SharedRing(memory);
    this.#voices.set(voice, { voice: new Voice(source, this.#sampleRateHz), queue, isClosing: false });
  }

  /** Nobody is told about silence. */
  #sendStatus(frame: number): void {
    this.#quanta = 0;
    let voices: VoicePosition[] | undefined;
    let spent: Float32Array[] | undefined;
    for (const [id, { voice, queue }] of this.#voices) {
      const blocks = queue?.takeSpent();
      if (blocks !== undefined && blocks.length > 0) (spent ??= []).push(...blocks);
      if (!voice.isIdle) (voices ??= []).push({ voice: id, position: voice.source.position });
    }
    if (voices === undefined && spent === undefined) return;
    const transfer = (spent ?? []).map((block) => block.buffer as ArrayBuffer);
    this.#post({ type: 'status', frame, voices: voices ?? [], spent: spent ?? [] }, transfer);
  }
}
