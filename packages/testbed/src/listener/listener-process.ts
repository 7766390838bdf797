/**
 * Entry of the listener's own process, forked by `RemoteListener`: joins the room, plays into nothing or a WAV file,
 * and answers over IPC what it heard. Ends when told to, or when the orchestrator is gone.
 */
import { toEloquenceError } from '@eloquence/plugin-api';
import { errorToJson } from './error-to-json.js';
import { ListenerHost } from './listener-host.js';
import type { FromListener, ToListener } from './protocol.js';

const EXIT_LIMIT_MS = 2500;

function send(message: FromListener): Promise<void> {
  return new Promise((resolve) => {
    if (process.send === undefined || !process.connected) resolve();
    else process.send(message, undefined, undefined, () => resolve());
  });
}

const host = new ListenerHost((error) => void send({ type: 'failed', error: errorToJson(error) }));

async function handle(message: ToListener): Promise<void> {
  switch (message.type) {
    case 'open':
      await host.open(message);
      return await send({ type: 'opened' });
    case 'begin':
      await host.begin(message.isRecorded);
      return await send({ type: 'begun', utterance: message.utterance });
    case 'collect':
      return await send({ type: 'heard', utterance: message.utterance, ...(await host.collect(message)) });
    case 'close':
      return await end(0);
  }
}

async function end(code: number): Promise<void> {
  // Leaving the room may hang if the server is gone.
  setTimeout(() => process.exit(code), EXIT_LIMIT_MS).unref();
  await host.close();
  await send({ type: 'closed' });
  process.exit(code);
}

process.on('message', (message) => {
  handle(message as ToListener).catch(async (thrown: unknown) => {
    await send({ type: 'failed', error: errorToJson(toEloquenceError(thrown)) });
  });
});
// The orchestrator is gone, whatever the reason: nobody would end this process.
process.on('disconnect', () => void end(0));
// Ctrl-C reaches the whole process group; the orchestrator decides when this process ends.
process.on('SIGINT', () => undefined);
