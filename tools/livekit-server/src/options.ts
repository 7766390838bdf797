import type { LaunchProgress } from './progress.js';

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
  readonly env?: NodeJS.ProcessEnv;
  /** Folder of the cached binary; the workspace's `.cache/livekit`, or the user's cache folder, if left out. */
  readonly cacheDir?: string;
  /** Whether a missing binary may be built with Go (about two minutes, once). Default true. */
  readonly allowInstall?: boolean;
  /** Longest time for that build, in ms. Default 600 000. */
  readonly installTimeoutMs?: number;
  /** Told at the start and end of every step, and once a second while one lasts. */
  readonly onProgress?: (progress: LaunchProgress) => void;
  /** Cancels the search, the build and the start. */
  readonly signal?: AbortSignal;
}

/** How to run a server. */
export interface StartOptions {
  readonly ports?: FixedPorts;
  /**
   * Lower bound of the server's SCTP congestion window in bytes (`rtc.sctp_min_cwnd`); the server's own
   * default if left out. 65 536 keeps data packets moving on links that lose packets.
   */
  readonly sctpMinCwnd?: number;
  /** Longest time until the server answers, in ms. Default 15 000. */
  readonly readyTimeoutMs?: number;
  /** Time that a server has to end by itself before it is killed, in ms. Default 3 000. */
  readonly stopTimeoutMs?: number;
  /** Number of log lines kept for error messages. Default 100. */
  readonly logLines?: number;
}

/** Options of `findOrStartLiveKitServer`. */
export interface LiveKitServerOptions extends BinaryOptions, StartOptions {
  /**
   * Whether "no server" is an answer (`kind: 'none'`) rather than an error. Default true, but false where `CI` is
   * set: a simulated run must never pass for a real one there.
   */
  readonly allowSimulated?: boolean;
}
