/** Entry of the process that speaks in a cost measurement: it does nothing else, so that its processor time tells. */
import { answerQuestions } from '@eloquence/base/node';
import { measureCost } from './measure-cost.js';

answerQuestions(measureCost);
