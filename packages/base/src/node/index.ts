export {
  type Child,
  type ChildOptions,
  type ErrorMessage,
  answerQuestions,
  errorToJson,
  startChild,
  toUsableError,
} from './child-process.js';
