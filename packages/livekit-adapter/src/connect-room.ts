import { withTimeout } from '@eloquence/base';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Room, dispose } from '@livekit/rtc-node';
import { type Clock, EloquenceError, abortedError, createSystemClock } from '@eloquence/plugin-api';
import { describeConnectError } from './connect-error.js';

export type { Room } from '@livekit/rtc-node';

/** Levels of rtc-node's logger. */
type RtcLogLevel = 'silent' | 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace';

export interface ConnectRoomOptions {
  /** `ws://` or `wss://` address of the server. */
  readonly url: string;
  /** LiveKit access token with the grants `roomJoin` and `room`. */
  readonly token: string;
  /** Ends the attempt; a connection that comes about later is closed again. */
  readonly signal?: AbortSignal;
  /** Longest time for the whole attempt, ms; default 10 000. */
  readonly timeoutMs?: number;
  /** Subscribe to every track of the room; default true. */
  readonly autoSubscribe?: boolean;
  /** Level of rtc-node's own log, which goes to the standard output; default `silent`. */
  readonly logLevel?: RtcLogLevel;
  readonly clock?: Clock;
}

/**
 * Connects to a room.
 *
 * @throws EloquenceError `CONNECT_FAILED` (no LiveKit server there, or no answer in time), `CONNECT_UNAUTHORIZED`
 * (wrong key, expired token, missing grant), `ABORTED`
 */
export async function connectRoom(options: ConnectRoomOptions): Promise<Room> {
  const { url, token, signal, timeoutMs = 10_000, autoSubscribe = true } = options;
  if (signal?.aborted) throw abortedError(signal);
  setRtcLogLevel(options.logLevel ?? 'silent');
  checkUrl(url);
  const room = new Room();
  const attempt = room.connect(url, token, { autoSubscribe, dynacast: false });
  const timedOut = (): EloquenceError =>
    new EloquenceError('CONNECT_FAILED', `Cannot connect to '${url}': no answer within ${timeoutMs} ms.`, {
      value: url,
      hint: 'Check host and port, and that the UDP and TCP ports of the server are open to this machine.',
    });
  const clock = options.clock ?? createSystemClock();
  let isAbandoned = false;
  const limits = { clock, ms: timeoutMs, signal, error: timedOut };
  attempt
    .then(
      () => (isAbandoned ? room.disconnect() : undefined),
      // Reported below, unless the attempt had been given up.
      () => undefined,
    )
    .catch(() => undefined);
  try {
    await withTimeout(attempt, limits);
    return room;
  } catch (error) {
    isAbandoned = true;
    if (signal?.aborted) throw abortedError(signal);
    throw error instanceof EloquenceError ? error : describeConnectError(url, error);
  }
}

/**
 * Stops the native core of rtc-node: every room of the process is closed, and nothing keeps the process from ending.
 * For the last act of a program; rtc-node cannot be used after it.
 */
export async function disposeNativeCore(): Promise<void> {
  await dispose();
}

function checkUrl(url: string): void {
  const protocol = URL.canParse(url) ? new URL(url).protocol : '';
  if (['ws:', 'wss:', 'http:', 'https:'].includes(protocol)) return;
  throw new EloquenceError(
    'CONNECT_FAILED',
    `Cannot connect to '${url}': this is not a URL of a LiveKit server.`,
    {
      value: url,
      hint: 'A LiveKit URL looks like ws://127.0.0.1:7880 or wss://host.',
    },
  );
}

/**
 * Sets the level of rtc-node's own log, which otherwise writes JSON lines to the standard output, into the middle
 * of a program's results. rtc-node neither exports its logger nor reads its level from a setting, so the module is
 * loaded by its file; a version that keeps it elsewhere leaves the log as it is.
 */
function setRtcLogLevel(level: RtcLogLevel): void {
  try {
    const require = createRequire(import.meta.url);
    const folder = dirname(require.resolve('@livekit/rtc-node'));
    const module = require(join(folder, 'log.cjs')) as { readonly log?: { level?: string } };
    if (typeof module.log?.level === 'string') module.log.level = level;
  } catch {
    // That version keeps its logger elsewhere.
  }
}
