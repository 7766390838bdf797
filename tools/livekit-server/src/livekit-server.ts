import type { Event } from '@eloquence/plugin-api';

/** Where a server comes from. */
export type LiveKitSource = 'env' | 'path' | 'cache' | 'go-install';

export interface ServerExit {
  readonly exitCode: number | undefined;
  readonly signal: string | undefined;
  /** Whether `stop()` asked for it. */
  readonly wasExpected: boolean;
}

/** A LiveKit server to connect to. */
export interface LiveKitServer {
  readonly kind: 'server';
  /** Address for clients, `ws://…` or `wss://…`. */
  readonly url: string;
  readonly apiKey: string;
  readonly apiSecret: string;
  /** Port of media over UDP; `undefined` for a server that somebody else runs. */
  readonly udpPort: number | undefined;
  /** Port of media over ICE-TCP; `undefined` where it was not asked for, and for a server that somebody else runs. */
  readonly tcpPort: number | undefined;
  /** Version of the server; `undefined` for one that somebody else runs. */
  readonly version: string | undefined;
  readonly source: LiveKitSource;
  readonly startedByUs: boolean;
  /** Process id of a server started by us. */
  readonly pid: number | undefined;
  /** Whether a server started by us has ended. */
  readonly hasExited: boolean;
  /** Fires once when a server started by us ends, for whatever reason. */
  readonly onDidExit: Event<ServerExit>;
  /** Last lines of the log of a server started by us. */
  readLogTail(): readonly string[];
  /** Ends a server started by us and removes its files; nothing for any other. May be called more than once. */
  stop(): Promise<void>;
}

/** There is no server; a caller may use the simulated transport, and must say so on every output. */
export interface NoLiveKitServer {
  readonly kind: 'none';
  readonly reason: string;
  /** What to do to get one. */
  readonly hint: string;
}
