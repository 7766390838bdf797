import { fork } from 'node:child_process';
import { EloquenceError, type ErrorCode, toEloquenceError } from '@eloquence/plugin-api';

/** An error on its way between processes, or in a result. */
export interface ErrorMessage {
  readonly code: string;
  readonly message: string;
  readonly hint?: string | undefined;
  /** Between processes only; what is neither text nor a number comes as text. */
  readonly value?: string | number | undefined;
}

export function errorToJson({ code, message, hint }: EloquenceError): ErrorMessage {
  return { code, message, ...(hint === undefined ? {} : { hint }) };
}

/** An error that came as data, as an `EloquenceError` again. */
export function toUsableError({ code, message, hint, value }: ErrorMessage): EloquenceError {
  return new EloquenceError(code as ErrorCode, message, { hint, value });
}

function toErrorMessage(error: EloquenceError): ErrorMessage {
  const { value } = error;
  const isPlain = value === undefined || typeof value === 'string' || typeof value === 'number';
  return { ...errorToJson(error), value: isPlain ? value : (JSON.stringify(value) ?? typeof value) };
}

type Reply =
  | { readonly id: number; readonly answer: unknown }
  /** Without an id: nothing was asked, and there is no use in going on. */
  | { readonly id?: number; readonly error: ErrorMessage };

export interface ChildOptions {
  readonly entry: URL;
  /** What errors call it. */
  readonly name: string;
  /** Codes of the errors that tell of its end, and of its silence; `INTERNAL` unless told. */
  readonly endedCode?: ErrorCode;
  readonly silentCode?: ErrorCode;
  /** What to do when it has ended unasked. */
  readonly endedHint?: string;
}

/** A process that answers questions. It ends with `close`, or with this process. */
export interface Child<Question, Answer> {
  /** Rejects when the process fails or ends unasked; never resolves. */
  readonly lost: Promise<never>;
  /** @throws EloquenceError what the answer throws; if the process ends, or is silent for `limitMs`; `ABORTED` */
  ask(question: Question, limitMs: number, signal?: AbortSignal): Promise<Answer>;
  /** Lets it end, and waits for that. May be called again. */
  close(): Promise<void>;
}

/** Time that the process has to end by itself before it is killed, ms. */
const closeLimitMs = 4000;
/** Of the process's stderr, for error messages. */
const maxStderrCharacters = 4096;

export function startChild<Question, Answer>(options: ChildOptions): Child<Question, Answer> {
  const { entry, name, silentCode = 'INTERNAL' } = options;
  // The structured clone of `advanced` carries PCM as it is.
  const child = fork(entry, {
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    execArgv: [],
    serialization: 'advanced',
  });
  const waiting = new Map<number, { resolve(answer: unknown): void; reject(error: Error): void }>();
  let failure: EloquenceError | undefined;
  let stderr = '';
  let isClosing = false;
  let lastId = 0;
  let rejectLost: (error: EloquenceError) => void = () => undefined;
  const lost = new Promise<never>((_, reject) => (rejectLost = reject));
  lost.catch(() => undefined);
  const fail = (error: EloquenceError): void => {
    failure ??= error;
    for (const asked of waiting.values()) asked.reject(failure);
    waiting.clear();
    rejectLost(failure);
  };
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr = (stderr + text).slice(-maxStderrCharacters);
  });
  child.on('message', (message) => {
    const reply = message as Reply;
    const asked = reply.id === undefined ? undefined : waiting.get(reply.id);
    if (reply.id !== undefined) waiting.delete(reply.id);
    if ('answer' in reply) asked?.resolve(reply.answer);
    else if (asked === undefined) fail(toUsableError(reply.error));
    else asked.reject(toUsableError(reply.error));
  });
  const exited = new Promise<void>((resolve) => {
    child.once('error', (cause) => {
      const hint = 'Build the workspace, and try again.';
      fail(new EloquenceError('INTERNAL', `The ${name} process failed: ${cause.message}`, { hint, cause }));
      resolve();
    });
    child.once('exit', (code, signal) => {
      if (!isClosing) fail(endError(options, signal ?? code, stderr));
      resolve();
    });
  });
  return {
    lost,
    ask: (question, limitMs, signal) =>
      new Promise<Answer>((resolve, reject) => {
        if (failure !== undefined) return reject(failure);
        if (signal?.aborted === true) return reject(signal.reason as Error);
        const id = ++lastId;
        const settle = (act: () => void): void => {
          clearTimeout(timer);
          signal?.removeEventListener('abort', onAbort);
          waiting.delete(id);
          act();
        };
        const onAbort = (): void => settle(() => reject(signal?.reason as Error));
        const timer = setTimeout(() => {
          const hint = 'The machine may be overloaded: try again, or with less at once.';
          const message = `The ${name} process did not answer in time.`;
          settle(() => reject(new EloquenceError(silentCode, message, { value: limitMs, hint })));
        }, limitMs);
        signal?.addEventListener('abort', onAbort, { once: true });
        waiting.set(id, {
          resolve: (answer) => settle(() => resolve(answer as Answer)),
          reject: (error) => settle(() => reject(error)),
        });
        child.send({ id, question }, (error) => {
          if (error !== null) fail(endError(options, child.signalCode ?? child.exitCode, stderr));
        });
      }),
    close: async () => {
      isClosing = true;
      if (child.connected) child.disconnect();
      const kill = setTimeout(() => child.kill('SIGKILL'), closeLimitMs);
      if (child.pid !== undefined && child.exitCode === null && child.signalCode === null) await exited;
      clearTimeout(kill);
    },
  };
}

function endError(
  { endedCode = 'INTERNAL', name, endedHint }: ChildOptions,
  end: NodeJS.Signals | number | null,
  stderr: string,
): EloquenceError {
  const lastWords = stderr.trim().split('\n').slice(-3).join(' | ');
  const how = typeof end === 'string' ? end : `code ${end ?? '?'}`;
  const said = lastWords === '' ? '' : ` It said: ${lastWords}`;
  return new EloquenceError(
    endedCode,
    `The ${name} left before the end: its process ended with ${how}.${said}`,
    {
      value: end,
      hint: endedHint ?? `Run it again; without the ${name} there is nothing to measure.`,
    },
  );
}

/** Time that a process has to leave rooms, whose server may be gone, before it ends, ms. */
const exitLimitMs = 2500;

/**
 * The other end: answers the questions of the process that started this one, until that lets it end or is gone.
 *
 * @param close gives back what the answers opened
 * @returns tells the asker of something that makes going on pointless
 */
export function answerQuestions<Question>(
  answer: (question: Question) => Promise<unknown>,
  close: () => Promise<void> = () => Promise.resolve(),
): (error: EloquenceError) => void {
  const reply = (message: Reply): void => {
    if (process.connected) process.send?.(message, undefined, undefined, () => undefined);
  };
  process.on('message', (message) => {
    const { id, question } = message as { readonly id: number; readonly question: Question };
    answer(question).then(
      (given) => reply({ id, answer: given }),
      (error: unknown) => reply({ id, error: toErrorMessage(toEloquenceError(error)) }),
    );
  });
  process.on('disconnect', () => {
    setTimeout(() => process.exit(0), exitLimitMs).unref();
    void close()
      .catch(() => undefined)
      .then(() => process.exit(0));
  });
  // Ctrl-C reaches the whole process group; the asker decides when this process ends.
  process.on('SIGINT', () => undefined);
  return (error) => reply({ error: toErrorMessage(error) });
}
