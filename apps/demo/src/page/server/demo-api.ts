import { Emitter } from '@eloquence/plugin-api';
import type {
  ClockAnswer,
  DemoAnswers,
  DemoEvent,
  DemoRequests,
  Problem,
  Refusal,
  SessionFacts,
} from '../../protocol.js';

/** The server refused, or did not answer. */
export class DemoApiError extends Error {
  override readonly name = 'DemoApiError';
  constructor(readonly problem: Problem) {
    super(problem.message);
  }
}

const wrongServer: Problem = { code: 'WRONG_SERVER', message: 'Not the server of the demo.', hint: '' };
const connectionLost: Problem = { code: 'CONNECTION_LOST', message: 'The server does not answer.', hint: '' };

/** Requests of the page. All of them throw {@link DemoApiError}. */
export class DemoApi {
  getSession(): Promise<SessionFacts> {
    return request<SessionFacts>('/api/session');
  }

  getClock(): Promise<ClockAnswer> {
    return request<ClockAnswer>('/api/clock');
  }

  post<Path extends keyof DemoRequests>(path: Path, body: DemoRequests[Path]): Promise<DemoAnswers[Path]> {
    return request<DemoAnswers[Path]>(path, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    });
  }
}

async function request<T>(path: string, init: RequestInit = {}): Promise<T> {
  let response: Response;
  try {
    response = await fetch(path, { cache: 'no-store', ...init });
  } catch {
    throw new DemoApiError(connectionLost);
  }
  let answer: unknown;
  try {
    answer = await response.json();
  } catch {
    throw new DemoApiError(wrongServer);
  }
  if (isRefusal(answer)) throw new DemoApiError(answer.error);
  if (!response.ok) throw new DemoApiError(wrongServer);
  return answer as T;
}

function isRefusal(answer: unknown): answer is Refusal {
  return typeof answer === 'object' && answer !== null && 'ok' in answer && answer.ok === false;
}

const retryMs = 1500;

/** The server's events; connects again by itself for as long as the page is open. */
export class EventStream {
  readonly #onDidReceive = new Emitter<DemoEvent>((error) => console.error(error));
  readonly #onDidChangeConnection = new Emitter<boolean>((error) => console.error(error));
  readonly onDidReceive = this.#onDidReceive.event;
  readonly onDidChangeConnection = this.#onDidChangeConnection.event;
  #isConnected: boolean | undefined;
  #malformed = 0;

  /** Events that could not be read. */
  get malformed(): number {
    return this.#malformed;
  }

  open(): void {
    const source = new EventSource('/events');
    source.onmessage = ({ data }: MessageEvent<string>) => {
      this.#setConnected(true);
      let event: DemoEvent;
      try {
        event = JSON.parse(data) as DemoEvent;
      } catch {
        this.#malformed++;
        return;
      }
      this.#onDidReceive.fire(event);
    };
    source.onerror = () => {
      this.#setConnected(false);
      // The browser gives up for good after an answer that is no event stream.
      if (source.readyState !== EventSource.CLOSED) return;
      setTimeout(() => this.open(), retryMs);
    };
  }

  #setConnected(isConnected: boolean): void {
    if (this.#isConnected === isConnected) return;
    this.#isConnected = isConnected;
    this.#onDidChangeConnection.fire(isConnected);
  }
}
