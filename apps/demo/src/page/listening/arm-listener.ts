import type { Event } from '@eloquence/plugin-api';
import type { ArmAccess } from '../../protocol.js';

/** How a room is doing, as the page sees it. */
export type ListenerState =
  | { readonly kind: 'joining' }
  | { readonly kind: 'listening' }
  | { readonly kind: 'reconnecting' }
  | { readonly kind: 'failed'; readonly message: string };

/** The page in the room of one arm. */
export interface ArmListener {
  readonly access: ArmAccess;
  readonly state: ListenerState;
  /** Whether what is said now would be heard here, as far as this side knows. */
  readonly isJoined: boolean;
  /** The browser wants a gesture of the user before it lets sound out. */
  readonly isLocked: boolean;
  readonly onDidChange: Event<void>;
  /** Joins the room. Never rejects: what goes wrong is told by `state`. */
  join(): Promise<void>;
  setAudible(isAudible: boolean): void;
  /** To be called while a gesture of the user is handled. */
  unlock(): Promise<void>;
  leave(): Promise<void>;
}
