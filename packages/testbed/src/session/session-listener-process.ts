/** Entry of the process in which one listener of a session on a real server listens. */
import { connectRoom, type Room } from '@eloquence/livekit-adapter';
import type { AudioSink } from '@eloquence/playout';
import { createSystemClock, toEloquenceError } from '@eloquence/plugin-api';
import { attachListener, type Listener } from '@eloquence/streamer';
import type { ChildFailure } from '../process/bench-child.js';
import { SessionEar } from './session-ear.js';
import type { ListenerAnswer, ListenerQuestion } from './session-protocol.js';

const EXIT_LIMIT_MS = 2500;
const clock = createSystemClock();
let room: Room | undefined;
let listener: Listener | undefined;
let ear: SessionEar | undefined;

function reply(message: ListenerAnswer | ChildFailure): void {
  if (process.connected) process.send?.(message);
}

function createSink(): AudioSink {
  return { write: ({ samples, atMs }) => ear?.hear(samples, atMs) };
}

async function answer(question: ListenerQuestion): Promise<ListenerAnswer> {
  if (question.type === 'open') {
    room = await connectRoom({ url: question.url, token: question.token });
    listener = await attachListener(room, { clock, createSink });
    ear = new SessionEar(clock, listener.speech, question.speaker);
    return { type: 'done' };
  }
  if (ear === undefined) throw new Error('The listener has not been opened.');
  if (question.type === 'collect') return { type: 'heard', account: await ear.collect(question.timeoutMs) };
  ear.begin();
  return { type: 'done' };
}

async function end(): Promise<void> {
  // Leaving the room may hang if the server is gone.
  setTimeout(() => process.exit(0), EXIT_LIMIT_MS).unref();
  ear?.dispose();
  await listener?.dispose();
  await room?.disconnect();
  process.exit(0);
}

process.on('message', (message) => {
  answer(message as ListenerQuestion).then(reply, (error: unknown) =>
    reply({ type: 'failed', message: toEloquenceError(error).message }),
  );
});
process.on('disconnect', () => void end());
process.on('SIGINT', () => undefined);
