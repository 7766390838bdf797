/** Entry of a process that simulates stationary links, one core's worth of them. */
import { toEloquenceError } from '@eloquence/plugin-api';
import type { ChildFailure } from '@eloquence/testbed';
import { StationaryLink } from './stationary-link.js';
import type { StationaryAnswer, StationaryQuestion } from './stationary-protocol.js';

let link: StationaryLink | undefined;

async function answer(question: StationaryQuestion): Promise<StationaryAnswer> {
  switch (question.type) {
    case 'open':
      link = await StationaryLink.open(question.name, question.seed);
      break;
    case 'speak':
      await link?.speak(question.count);
      break;
    case 'finish': {
      const results = link?.results() ?? [];
      await link?.dispose();
      return { type: 'finished', results };
    }
  }
  return { type: 'done', changes: link?.changes ?? 0 };
}

function reply(message: StationaryAnswer | ChildFailure): void {
  if (process.connected) process.send?.(message);
}

process.on('message', (message) => {
  answer(message as StationaryQuestion).then(reply, (error: unknown) =>
    reply({ type: 'failed', message: toEloquenceError(error).message }),
  );
});
process.on('disconnect', () => process.exit(0));
process.on('SIGINT', () => undefined);
