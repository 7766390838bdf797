/** Entry of a process that simulates stationary links, one core's worth of them. */
import { answerQuestions } from '@eloquence/base/node';
import { type StationaryAnswer, StationaryLink, type StationaryQuestion } from './stationary-link.js';

let link: StationaryLink | undefined;

answerQuestions(async (question: StationaryQuestion): Promise<StationaryAnswer> => {
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
});
