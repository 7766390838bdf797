import type { Event } from '@eloquence/plugin-api';
import { performance } from 'node:perf_hooks';

export type LaunchStep = 'reach-url' | 'install' | 'start';

/** One report about a step of the launch. */
export interface LaunchProgress {
  readonly step: LaunchStep;
  readonly message: string;
  /** Time since the step began. */
  readonly elapsedMs: number;
  readonly state: 'running' | 'done' | 'failed';
}

/** Runs `work` as a step: reports its start and end, and once a second in between. */
export async function reportStep<T>(
  step: LaunchStep,
  message: string,
  onProgress: ((progress: LaunchProgress) => void) | undefined,
  work: () => Promise<T>,
): Promise<T> {
  if (onProgress === undefined) return await work();
  const startedMs = performance.now();
  const tell = (state: LaunchProgress['state']): void =>
    onProgress({ step, message, elapsedMs: performance.now() - startedMs, state });
  tell('running');
  const heartbeat = setInterval(() => tell('running'), 1000);
  try {
    const result = await work();
    tell('done');
    return result;
  } catch (error) {
    tell('failed');
    throw error;
  } finally {
    clearInterval(heartbeat);
  }
}

/** Ports to use; each in 1–65535. */
export interface FixedPorts {
  /** Signalling: HTTP and WebSocket; a free one if absent. */
  readonly httpPort?: number;
  /** Media over ICE-TCP, on every interface of the machine; no ICE-TCP if absent. */
  readonly tcpPort?: number;
  /** Media over UDP, all clients on one port; a free one if absent. */
  readonly udpPort?: number;
}

/** How to get hold of a `livekit-server` binary. */
export interface BinaryOptions {
  /** Environment to look into (`PATH`, `CI`, `LIVEKIT_*`, `XDG_CACHE_HOME`); `process.env` if left out. */
  readonly env?: NodeJS.ProcessEnv | undefined;
  /** Folder of the cached binary; the workspace's `.cache/livekit`, or the user's cache folder, if left out. */
  readonly cacheDir?: string;
  /** Whether a missing binary may be built with Go (about two minutes, once). Default true. */
  readonly allowInstall?: boolean;
  /** Longest time for that build, in ms. Default 600 000. */
  readonly installTimeoutMs?: number;
  /** Told at the start and end of every step, and once a second while one lasts. */
  readonly onProgress?: (progress: LaunchProgress) => void;
  /** Cancels the search, the build and the start. */
  readonly signal?: AbortSignal | undefined;
}

/** How to run a server. */
export interface StartOptions {
  readonly ports?: FixedPorts;
  /**
   * Lower bound of the server's SCTP congestion window in bytes (`rtc.sctp_min_cwnd`); the server's own
   * default if left out. 65 536 keeps data packets moving on links that lose packets.
   */
  readonly sctpMinCwnd?: number | undefined;
  /** Longest time until the server answers, in ms. Default 15 000. */
  readonly readyTimeoutMs?: number;
  /** Time that a server has to end by itself before it is killed, in ms. Default 3 000. */
  readonly stopTimeoutMs?: number | undefined;
  /** Number of log lines kept for error messages. Default 100. */
  readonly logLines?: number | undefined;
}

/** Options of `findOrStartLiveKitServer`. */
export interface LiveKitServerOptions extends BinaryOptions, StartOptions {
  /**
   * Whether "no server" is an answer (`kind: 'none'`) rather than an error. Default true, but false where `CI` is
   * set: a simulated run must never pass for a real one there.
   */
  readonly allowSimulated?: boolean;
}

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
