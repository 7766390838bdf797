import { EloquenceError, toEloquenceError } from '@eloquence/plugin-api';

/** Reception of one audio track, counted since it was subscribed. */
export interface InboundAudioStats {
  readonly ssrc: number;
  readonly packetsReceived: number;
  readonly packetsLost: number;
  readonly jitterMs: number;
  readonly totalSamples: number;
  /** Samples made up because the packet was not there (NetEQ), silence included. */
  readonly concealedSamples: number;
  /** The part of them that was silence or comfort noise. */
  readonly silentConcealedSamples: number;
  readonly concealmentEvents: number;
  /** Mean stay in the jitter buffer, ms. */
  readonly jitterBufferMs: number;
  /** Samples added to slow down, and taken out to catch up. */
  readonly insertedSamples: number;
  readonly removedSamples: number;
}

interface RtcStatsEntry {
  readonly stats?: {
    readonly case?: string | undefined;
    readonly value?: unknown;
  };
}

interface InboundRtp {
  readonly stream?: { readonly ssrc?: number; readonly kind?: string };
  readonly received?: {
    readonly packetsReceived?: bigint;
    readonly packetsLost?: bigint;
    readonly jitter?: number;
  };
  readonly inbound?: Readonly<Partial<Record<string, number | bigint | string>>>;
}

/** The part of a room that knows the statistics. */
export interface RtcStatsSource {
  getRtcStats(): Promise<{
    readonly publisherStats: readonly RtcStatsEntry[];
    readonly subscriberStats: readonly RtcStatsEntry[];
  }>;
}

/**
 * Reads how the audio tracks of a room arrive. With one peer connection for both directions the statistics of
 * received tracks are found under `publisherStats`, so both lists are searched. They tell tracks apart by SSRC only:
 * `trackIdentifier` is not the id of the LiveKit track.
 *
 * @throws EloquenceError `CONNECTION_LOST` if the room is not connected
 */
export async function readInboundAudioStats(room: RtcStatsSource): Promise<InboundAudioStats[]> {
  const stats = await room.getRtcStats().catch((error: unknown) => {
    throw toEloquenceError(
      error,
      'CONNECTION_LOST',
      'Statistics are there only while the room is connected.',
    );
  });
  const bySsrc = new Map<number, InboundAudioStats>();
  for (const entry of [...stats.subscriberStats, ...stats.publisherStats]) {
    if (entry.stats?.case !== 'inboundRtp') continue;
    const read = readInbound(entry.stats.value as InboundRtp);
    if (read !== undefined) bySsrc.set(read.ssrc, read);
  }
  return [...bySsrc.values()];
}

/**
 * What came in between two readings, over all tracks. A track that is new in `after` counts from its start.
 *
 * @throws EloquenceError `OPTION_INVALID` if `after` is the older reading
 */
export function sumInboundAudioSince(
  before: readonly InboundAudioStats[],
  after: readonly InboundAudioStats[],
): Omit<InboundAudioStats, 'ssrc' | 'jitterMs' | 'jitterBufferMs'> {
  const sum = {
    packetsReceived: 0,
    packetsLost: 0,
    totalSamples: 0,
    concealedSamples: 0,
    silentConcealedSamples: 0,
    concealmentEvents: 0,
    insertedSamples: 0,
    removedSamples: 0,
  };
  const keys = Object.keys(sum) as (keyof typeof sum)[];
  for (const track of after) {
    const base = before.find(({ ssrc }) => ssrc === track.ssrc);
    if (base !== undefined && base.totalSamples > track.totalSamples)
      throw new EloquenceError('OPTION_INVALID', 'The readings are in the wrong order.', {
        hint: 'Give the earlier reading first.',
      });
    for (const key of keys) sum[key] += track[key] - (base?.[key] ?? 0);
  }
  return sum;
}

function readInbound({ stream, received, inbound }: InboundRtp): InboundAudioStats | undefined {
  if (stream?.ssrc === undefined || stream.kind !== 'audio' || inbound === undefined) return undefined;
  const count = (name: string): number => Number(inbound[name] ?? 0);
  const emitted = count('jitterBufferEmittedCount');
  return {
    ssrc: stream.ssrc,
    packetsReceived: Number(received?.packetsReceived ?? 0),
    packetsLost: Number(received?.packetsLost ?? 0),
    jitterMs: (received?.jitter ?? 0) * 1000,
    totalSamples: count('totalSamplesReceived'),
    concealedSamples: count('concealedSamples'),
    silentConcealedSamples: count('silentConcealedSamples'),
    concealmentEvents: count('concealmentEvents'),
    jitterBufferMs: emitted > 0 ? (count('jitterBufferDelay') / emitted) * 1000 : 0,
    insertedSamples: count('insertedSamplesForDeceleration'),
    removedSamples: count('removedSamplesForAcceleration'),
  };
}
