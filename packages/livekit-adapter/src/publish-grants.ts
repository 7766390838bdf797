import { EloquenceError, type LaneKind } from '@eloquence/plugin-api';

/** What the `video` claim of a LiveKit token says of publishing. */
interface VideoGrant {
  readonly canPublish?: boolean;
  readonly canPublishData?: boolean;
  readonly canPublishSources?: readonly string[];
}

/**
 * Checks what a token grants before anything is tried that it forbids: the server answers to that with silence.
 *
 * @param token of the room; without one that can be read, nothing is refused
 * @throws EloquenceError `LANE_UNAVAILABLE` if no lane that may be used is granted; says what is missing
 */
export function checkPublishGrants(token: string | undefined, lane: LaneKind | 'auto'): void {
  const grant = readVideoGrant(token);
  if (grant === undefined) return;
  const missing = { data: missingForData(grant), media: missingForMedia(grant) };
  const isMissing = lane === 'auto' ? missing.data && missing.media : missing[lane];
  if (!isMissing) return;
  const names = lane === 'auto' ? `${missing.data} (data lane) or ${missing.media} (media lane)` : isMissing;
  throw new EloquenceError('LANE_UNAVAILABLE', `The token does not grant ${names}.`, {
    value: names,
    hint: 'Give the speaker a token that grants canPublish and canPublishData.',
  });
}

/** As the server reads it: what is not said is granted, data as audio is. */
function missingForData({ canPublish = true, canPublishData = canPublish }: VideoGrant): string | undefined {
  return canPublishData ? undefined : 'canPublishData';
}

function missingForMedia({ canPublish = true, canPublishSources = [] }: VideoGrant): string | undefined {
  if (!canPublish) return 'canPublish';
  const isAllowed = canPublishSources.length === 0 || canPublishSources.includes('microphone');
  return isAllowed ? undefined : 'the source microphone in canPublishSources';
}

function readVideoGrant(token: string | undefined): VideoGrant | undefined {
  try {
    const claims = Buffer.from(token?.split('.')[1] ?? '', 'base64url').toString('utf8');
    const { video } = JSON.parse(claims) as { readonly video?: VideoGrant };
    return video;
  } catch {
    return undefined;
  }
}
