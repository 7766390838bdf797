import type { ListenerAccount } from './session-ear.js';

/** What a session asks of a process that listens; each question has one answer. */
export type ListenerQuestion =
  | { readonly type: 'open'; readonly url: string; readonly token: string; readonly speaker: string }
  /** What is heard from now on belongs to the next utterance. */
  | { readonly type: 'begin' }
  /** Asks for what was heard of it, once it is over or after `timeoutMs`. */
  | { readonly type: 'collect'; readonly timeoutMs: number };

export type ListenerAnswer =
  { readonly type: 'done' } | { readonly type: 'heard'; readonly account: ListenerAccount };
