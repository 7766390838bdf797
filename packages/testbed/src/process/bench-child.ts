import { fork } from 'node:child_process';
import { EloquenceError } from '@eloquence/plugin-api';

/** What a child says instead of an answer. */
export interface ChildFailure {
  readonly type: 'failed';
  readonly message: string;
}

/** A process of a measurement: one question, one answer. Ends when it is closed, or when this process ends. */
export interface BenchChild<Question, Answer> {
  /** @throws EloquenceError `INTERNAL` if the process fails, ends or takes longer than `limitMs`; `ABORTED` */
  ask(message: Question, limitMs: number, signal: AbortSignal): Promise<Answer>;
  close(): Promise<void>;
}

const CLOSE_LIMIT_MS = 4000;

/** @param name what messages call it */
export function startBenchChild<Question, Answer>(entry: URL, name: string): BenchChild<Question, Answer> {
  // The structured clone of `advanced` carries PCM as it is.
  const child = fork(entry, { serialization: 'advanced' });
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  return {
    ask: (message, limitMs, signal) =>
      new Promise((resolve, reject) => {
        const settle = (act: () => void): void => {
          clearTimeout(timer);
          child.off('message', onMessage);
          signal.removeEventListener('abort', onAbort);
          act();
        };
        const fail = (text: string): void => settle(() => reject(new EloquenceError('INTERNAL', text)));
        const onMessage = (reply: unknown): void => {
          const answer = reply as Answer | ChildFailure;
          if (isFailure(answer)) fail(`The ${name} failed: ${answer.message}`);
          else settle(() => resolve(answer));
        };
        const onAbort = (): void => settle(() => reject(signal.reason as Error));
        const timer = setTimeout(() => fail(`The ${name} did not answer within ${limitMs} ms.`), limitMs);
        if (!child.connected) return fail(`The ${name} has ended.`);
        child.on('message', onMessage);
        void exited.then(() => fail(`The ${name} ended before it answered.`));
        signal.addEventListener('abort', onAbort, { once: true });
        if (signal.aborted) return onAbort();
        child.send(message as never);
      }),
    close: async () => {
      if (child.connected) child.disconnect();
      const timer = setTimeout(() => child.kill('SIGKILL'), CLOSE_LIMIT_MS);
      await exited;
      clearTimeout(timer);
    },
  };
}

function isFailure(answer: unknown): answer is ChildFailure {
  return (answer as Partial<ChildFailure> | null)?.type === 'failed';
}
