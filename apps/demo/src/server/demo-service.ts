import type { Event } from '@eloquence/plugin-api';
import type { DemoAnswers, DemoEvent, DemoRequests, DemoState, SessionFacts } from '../protocol.js';

export type RequestPath = keyof DemoRequests;

/** What the web server shows to pages. */
export interface DemoService {
  readonly onDidPost: Event<DemoEvent>;
  nowMs(): number;
  state(): DemoState;
  /** Makes tokens for one more page. */
  openSession(): Promise<SessionFacts>;
  /** One handler for each request; each checks its body and throws an `EloquenceError` if it does not like it. */
  readonly handlers: { readonly [Path in RequestPath]: (body: unknown) => Promise<DemoAnswers[Path]> };
}

/** Something that ends with a promise. */
export interface AsyncDisposable {
  dispose(): Promise<void>;
}
