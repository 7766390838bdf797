/** Entry of the process in which a relay runs: it serves its owner over IPC and ends with it. */
import process from 'node:process';
import { EloquenceError } from '@eloquence/plugin-api';
import { Relay } from './relay.js';
import { packError, type RelayRequest, type RelayResponse } from './relay-protocol.js';

let relay: Relay | undefined;

function runningRelay(): Relay {
  if (relay) return relay;
  throw new EloquenceError('INTERNAL', 'The relay has not been started.');
}

async function answer(request: RelayRequest): Promise<Extract<RelayResponse, { result: unknown }>['result']> {
  switch (request.name) {
    case 'start':
      relay = await Relay.start((request as RelayRequest<'start'>).argument);
      return relay.ports;
    case 'configure':
      return runningRelay().configure((request as RelayRequest<'configure'>).argument);
    case 'blackout':
      return runningRelay().blackout((request as RelayRequest<'blackout'>).argument);
    case 'stats':
      return runningRelay().stats();
    case 'close':
      await relay?.close();
      return null;
  }
}

async function serve(request: RelayRequest): Promise<void> {
  let response: RelayResponse;
  try {
    response = { id: request.id, result: await answer(request) };
  } catch (error) {
    response = { id: request.id, error: packError(error) };
  }
  if (!process.connected) return;
  process.send?.(response, undefined, undefined, () => {
    if (request.name === 'close') process.disconnect();
  });
}

process.on('message', (request: RelayRequest) => void serve(request));
process.on('disconnect', () => process.exit(0));
// Ctrl-C reaches the whole process group; the owner decides when the relay ends.
process.on('SIGINT', () => undefined);
if (!process.connected) {
  process.stderr.write('This is the relay of netlab; it is started by netlab itself.\n');
  process.exitCode = 2;
}
