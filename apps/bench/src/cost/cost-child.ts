import { fork } from 'node:child_process';
import { EloquenceError } from '@eloquence/plugin-api';
import type { CostReply, MeasureCost, OpenListeners } from './cost-protocol.js';

/** A process of a cost measurement: one question, one answer. Ends when it is closed, or when this process ends. */
export interface CostChild {
  /** @throws EloquenceError `INTERNAL` if the process fails, ends or takes longer than `limitMs`; `ABORTED` */
  ask(message: OpenListeners | MeasureCost, limitMs: number, signal: AbortSignal): Promise<CostReply>;
  close(): Promise<void>;
}

const CLOSE_LIMIT_MS = 4000;

export function startCostChild(kind: 'listener' | 'speaker'): CostChild {
  // The structured clone of `advanced` carries PCM as it is.
  const child = fork(new URL(`./cost-${kind}-process.js`, import.meta.url), { serialization: 'advanced' });
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
          const answer = reply as CostReply;
          if (answer.type === 'failed') fail(`The ${kind} of the cost measurement failed: ${answer.message}`);
          else settle(() => resolve(answer));
        };
        const onAbort = (): void => settle(() => reject(signal.reason as Error));
        const timer = setTimeout(() => fail(`The ${kind} did not answer within ${limitMs} ms.`), limitMs);
        child.on('message', onMessage);
        void exited.then(() => fail(`The ${kind} ended before it answered.`));
        signal.addEventListener('abort', onAbort, { once: true });
        child.send(message);
      }),
    close: async () => {
      if (child.connected) child.disconnect();
      const timer = setTimeout(() => child.kill('SIGKILL'), CLOSE_LIMIT_MS);
      await exited;
      clearTimeout(timer);
    },
  };
}
