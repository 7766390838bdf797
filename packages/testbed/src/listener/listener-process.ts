/**
 * Entry of the one listener process: joins rooms, plays into nothing or a WAV file, and answers what it heard. Started
 * by `openRemoteListener`.
 */
import { connectRoom } from '@eloquence/livekit-adapter';
import { createSystemClock } from '@eloquence/plugin-api';
import { attachListener } from '@eloquence/streamer';
import { loudThreshold } from '../figures/first-audio.js';
import { answerQuestions } from '@eloquence/base/node';
import type { CollectRequest, Heard } from './listener.js';
import { Recorder } from './recorder.js';

/** What a listener process is asked; each question has one answer. */
export type ListenerQuestion =
  | {
      readonly type: 'join';
      readonly url: string;
      readonly token: string;
      /** Identity of the speaker: only what it says is measured. */
      readonly speaker: string;
      /** WAV file to write; absolute. */
      readonly out?: string | undefined;
    }
  /** What is heard from now on belongs to the next utterance. Of the room that was joined last, as the next. */
  | { readonly type: 'begin'; readonly isRecorded: boolean }
  /** Asks for what was heard of it, once it is over or after `timeoutMs`. */
  | ({ readonly type: 'collect' } & CollectRequest);

const clock = createSystemClock();
const closers: (() => Promise<void>)[] = [];
let recorder: Recorder | undefined;

const fail = answerQuestions(
  async (question: ListenerQuestion): Promise<Heard | undefined> => {
    if (question.type === 'join') return void (await join(question));
    if (recorder === undefined) throw new Error('No room was joined.');
    if (question.type === 'collect') return await recorder.collect(question);
    return void (await recorder.begin(question.isRecorded));
  },
  async () => {
    for (const close of closers.reverse()) await close();
  },
);

async function join({
  url,
  token,
  speaker,
  out,
}: Extract<ListenerQuestion, { type: 'join' }>): Promise<void> {
  const own = new Recorder({ clock, speaker, out, onFail: fail });
  recorder = own;
  const room = await connectRoom({ url, token });
  closers.push(() => room.disconnect());
  const listener = await attachListener(room, {
    clock,
    loudness: { threshold: loudThreshold },
    createSink: (stream) => own.createSink(stream),
  });
  closers.push(() => listener.dispose());
  // The WAV file first: leaving a room may hang.
  closers.push(() => Promise.resolve(own.dispose()));
  own.listenTo(listener.speech, () => listener.readInboundAudio());
}
