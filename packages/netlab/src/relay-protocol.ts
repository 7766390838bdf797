import { EloquenceError, type ErrorCode, toEloquenceError } from '@eloquence/plugin-api';
import type { AccessNetworkStats } from './access-network-stats.js';
import { describe } from './direction-conditions.js';
import type { LinkChanges, RelayPorts, RelaySettings } from './relay.js';

/** What the owner may ask of a relay in another process, and what comes back. */
export interface RelayCalls {
  start: { readonly argument: RelaySettings; readonly result: RelayPorts };
  configure: { readonly argument: LinkChanges; readonly result: number };
  blackout: { readonly argument: number; readonly result: number };
  stats: { readonly argument: null; readonly result: AccessNetworkStats };
  close: { readonly argument: null; readonly result: null };
}

export type RelayCallName = keyof RelayCalls;

export interface RelayRequest<Name extends RelayCallName = RelayCallName> {
  readonly id: number;
  readonly name: Name;
  readonly argument: RelayCalls[Name]['argument'];
}

/** An `EloquenceError` on its way between processes. */
export interface PortableError {
  readonly code: ErrorCode;
  readonly message: string;
  readonly value?: string;
  readonly hint?: string | undefined;
}

export type RelayResponse =
  | { readonly id: number; readonly result: RelayCalls[RelayCallName]['result'] }
  | { readonly id: number; readonly error: PortableError };

export function packError(thrown: unknown): PortableError {
  const { code, message, value, hint } = toEloquenceError(thrown);
  return {
    code,
    message,
    ...(value === undefined ? {} : { value: typeof value === 'string' ? value : describe(value) }),
    hint,
  };
}

export function unpackError({ code, message, value, hint }: PortableError): EloquenceError {
  return new EloquenceError(code, message, { value, hint });
}
