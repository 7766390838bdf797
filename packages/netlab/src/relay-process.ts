/** Entry of the process in which a relay runs: it serves its owner over IPC and ends with it. */
import process from 'node:process';
import { answerQuestions } from '@eloquence/base/node';
import { EloquenceError } from '@eloquence/plugin-api';
import { Relay } from './relay.js';
import type { RelayRequest } from './relay-client.js';

let relay: Relay | undefined;

function runningRelay(): Relay {
  if (relay) return relay;
  throw new EloquenceError('INTERNAL', 'The relay has not been started.');
}

async function answer(request: RelayRequest): Promise<unknown> {
  switch (request.name) {
    case 'start':
      relay = await Relay.start(request.settings);
      return relay.ports;
    case 'configure':
      return runningRelay().configure(request.changes);
    case 'blackout':
      return runningRelay().blackout(request.durationMs);
    case 'stats':
      return runningRelay().stats();
  }
}

answerQuestions(answer, async () => relay?.close());
if (!process.connected) {
  process.stderr.write('This is the relay of netlab; it is started by netlab itself.\n');
  process.exitCode = 2;
}
