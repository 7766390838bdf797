import { EloquenceError } from '@eloquence/plugin-api';
import { AccessToken } from 'livekit-server-sdk';

export interface ApiKey {
  readonly apiKey: string;
  readonly apiSecret: string;
}

export interface TokenOptions {
  /** How long it is valid, as `6h`; by default, an hour beyond what any run takes. */
  readonly ttl?: string | undefined;
  /** Whether it lets in audio tracks, and not data packets alone; default true. */
  readonly canPublish?: boolean | undefined;
}

/** A token for `room`. */
export async function createToken(
  key: ApiKey,
  identity: string,
  room: string,
  { ttl = '6h', canPublish = true }: TokenOptions = {},
): Promise<string> {
  const token = new AccessToken(key.apiKey, key.apiSecret, { identity, ttl });
  token.addGrant({ roomJoin: true, room, canPublish, canSubscribe: true, canPublishData: true });
  return await token.toJwt();
}

/** Whom a token lets in, and where. */
export interface TokenContent {
  readonly identity: string;
  readonly room: string;
}

/**
 * Reads a token. Its signature and its dates are for the server to check.
 *
 * @throws EloquenceError `CONNECT_UNAUTHORIZED` if it is not a token, or names no room or nobody.
 */
export function readToken(token: string): TokenContent {
  const { sub, video } = readPayload(token);
  if (typeof sub === 'string' && sub !== '' && typeof video?.room === 'string' && video.room !== '') {
    return { identity: sub, room: video.room };
  }
  throw new EloquenceError('CONNECT_UNAUTHORIZED', 'LIVEKIT_TOKEN is not an access token for a room.', {
    value: `${token.slice(0, 12)}…`,
    hint: 'Give a token with an identity and a room in its video grant, or unset LIVEKIT_TOKEN to have one made.',
  });
}

interface TokenPayload {
  readonly sub?: unknown;
  readonly video?: { readonly room?: unknown };
}

function readPayload(token: string): TokenPayload {
  try {
    const payload: unknown = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'));
    return typeof payload === 'object' && payload !== null ? payload : {};
  } catch {
    return {};
  }
}
