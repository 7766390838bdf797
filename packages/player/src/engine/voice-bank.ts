import type { SpeechStreamId } from '@eloquence/playout';
import type { VoiceNews } from '../worklet/voice-protocol.js';
import { type OutputState, RingSink } from './ring-sink.js';
import type { SoundingListener } from './sound-map.js';
import { type PostVoiceCommand, PostedVoiceWriter, SharedVoiceWriter } from './voice-writer.js';

/** Room in a ring beyond what is kept in it, ms: for the block that is being written, and late news. */
const slackMs = 600;

interface OpenVoice {
  readonly sink: RingSink;
  readonly posted: PostedVoiceWriter | undefined;
}

/** The voices in the worklet that the streams of a receiver sound with. */
export class VoiceBank {
  readonly #output: OutputState;
  readonly #isShared: boolean;
  readonly #post: PostVoiceCommand;
  readonly #voices = new Map<number, OpenVoice>();
  #nextVoice = 0;
  #droppedByEnded = 0;

  constructor(output: OutputState, isShared: boolean, post: PostVoiceCommand) {
    this.#output = output;
    this.#isShared = isShared;
    this.#post = post;
  }

  get droppedSamples(): number {
    let dropped = this.#droppedByEnded;
    for (const { sink } of this.#voices.values()) dropped += sink.droppedSamples;
    return dropped;
  }

  open(stream: SpeechStreamId, onSounding: (stream: SpeechStreamId) => SoundingListener): RingSink {
    const voice = this.#nextVoice++;
    const { sampleRateHz, aheadMs } = this.#output;
    const capacity = Math.ceil(((aheadMs + slackMs) * sampleRateHz) / 1000);
    const posted = this.#isShared
      ? undefined
      : new PostedVoiceWriter(voice, capacity, sampleRateHz, this.#post);
    const writer = posted ?? new SharedVoiceWriter(voice, capacity, this.#post);
    const sink = new RingSink(writer, this.#output, onSounding(stream));
    const end = sink.end.bind(sink);
    sink.end = () => {
      this.#droppedByEnded += sink.droppedSamples;
      this.#voices.delete(voice);
      end();
    };
    this.#voices.set(voice, { sink, posted });
    return sink;
  }

  handle(news: VoiceNews): void {
    if (news.type !== 'status') {
      const sink = this.#voices.get(news.voice)?.sink;
      if (news.type === 'started') sink?.noteStarted(news.position);
      else sink?.notePosition(news.position, false);
      return;
    }
    for (const { voice, position } of news.voices) this.#voices.get(voice)?.sink.notePosition(position, true);
    if (news.spent.length > 0) this.#reuse(news.spent);
  }

  /** Blocks are all alike; any voice that is open can use them. */
  #reuse(blocks: readonly Float32Array[]): void {
    for (const { posted } of this.#voices.values()) {
      if (posted === undefined) continue;
      for (const block of blocks) posted.reuse(block);
      return;
    }
  }
}
