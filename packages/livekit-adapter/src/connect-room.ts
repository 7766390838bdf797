import { withTimeout } from '@eloquence/base';
import { Room, dispose } from '@livekit/rtc-node';
import { type Clock, EloquenceError, abortedError, createSystemClock } from '@eloquence/plugin-api';
import { describeConnectError } from './connect-error.js';
import { type RtcLogLevel, setRtcLogLevel } from './rtc-log.js';

export type { Room } from '@livekit/rtc-node';

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
  /** Level of rtc-node's own log, which goes to the standard output; `silent` unless set before. */
  readonly logLevel?: RtcLogLevel | undefined;
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
  if (options.logLevel !== undefined) setRtcLogLevel(options.logLevel);
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
 * Stops the native core of rtc-node, which otherwise keeps the process from ending, also after every room of it was
 * disconnected. Rooms that are still connected are closed. For the last act of a program: rtc-node cannot be used after it.
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
