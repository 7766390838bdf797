import { VirtualClock, createSeededRandom } from '@eloquence/base';
import type { LaneKind } from '@eloquence/plugin-api';
import { FakeLivekitRoom } from '@eloquence/simulated-transport';
import { describe, expect, it } from 'vitest';
import { LivekitTransport } from './livekit-transport.js';
import { checkPublishGrants } from './publish-grants.js';

function tokenWith(video: object | undefined): string {
  const part = (claims: object): string => Buffer.from(JSON.stringify(claims)).toString('base64url');
  return [part({ alg: 'HS256' }), part({ sub: 'voice', video }), 'signature'].join('.');
}

function missing(token: string | undefined, lane: LaneKind | 'auto'): string {
  try {
    checkPublishGrants(token, lane);
    return '';
  } catch (error) {
    return String((error as { value: unknown }).value);
  }
}

describe('what a token grants', () => {
  it.each([
    [{ canPublish: false, canPublishData: false }, 'canPublishData', 'canPublish', 'both'],
    [{ canPublish: false }, 'canPublishData', 'canPublish', 'both'],
    [{ canPublish: false, canPublishData: true }, '', 'canPublish', ''],
    [{ canPublishData: false }, 'canPublishData', '', ''],
    [{ canPublishSources: ['camera'] }, '', 'the source microphone in canPublishSources', ''],
    [{ canPublishSources: ['microphone'] }, '', '', ''],
    [{ roomJoin: true }, '', '', ''],
  ])('%j: data lacks "%s", media "%s"', (video, data, media, auto) => {
    const token = tokenWith(video);
    expect([missing(token, 'data'), missing(token, 'media')]).toEqual([data, media]);
    const both = `${data} (data lane) or ${media} (media lane)`;
    expect(missing(token, 'auto')).toBe(auto === 'both' ? both : '');
  });

  it('is not guessed at where the token cannot be read', () => {
    for (const token of [undefined, '', 'a.b.c', 'no token', tokenWith(undefined)])
      expect(missing(token, 'auto')).toBe('');
  });

  it('is checked before the lane is opened, and waited for by nobody', async () => {
    const room = new FakeLivekitRoom();
    room.token = tokenWith({ roomJoin: true, canPublish: false });
    const clock = new VirtualClock();
    for (const lane of ['auto', 'data', 'media'] as const) {
      const transport = new LivekitTransport(room, { clock, random: createSeededRandom(1), lane });
      const error: unknown = await transport.openLane().catch((reason: unknown) => reason);
      expect(error).toMatchObject({
        code: 'LANE_UNAVAILABLE',
        message: expect.stringContaining('canPublish'),
      });
      transport.dispose();
    }
    expect([clock.nowMs(), clock.pendingTimers]).toEqual([0, 0]);
  });
});
