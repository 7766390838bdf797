import { Emitter } from '@eloquence/plugin-api';
import type { EngineStats, EngineStreamStats } from './engine/engine-protocol.js';
import type { HeardLane, LaneChangeEvent, SpeakerStats } from './player.js';

/** Senders whose lane is remembered, at most. */
const maxSpeakers = 64;

/** Who is heard over which lane. */
export class Speakers {
  readonly #lanes = new Map<string, HeardLane>();
  readonly #onDidChangeLane = new Emitter<LaneChangeEvent>();

  readonly onDidChangeLane = this.#onDidChangeLane.event;

  note(sender: string, lane: HeardLane): void {
    if (this.#lanes.get(sender) === lane) return;
    if (!this.#lanes.has(sender) && this.#lanes.size >= maxSpeakers)
      this.#lanes.delete(this.#lanes.keys().next().value!);
    this.#lanes.set(sender, lane);
    this.#onDidChangeLane.fire({ sender, lane });
  }

  forget(sender: string): void {
    this.#lanes.delete(sender);
  }

  /** Everybody who is or was heard, the data lane's streams first. */
  describe(stats: EngineStats | undefined): readonly SpeakerStats[] {
    const streams = stats?.streams ?? [];
    const onData = new Set(streams.map(({ sender }) => sender));
    const described = streams.map((stream) => fromStream(stream, this.#lanes.get(stream.sender) ?? 'data'));
    for (const [sender, lane] of this.#lanes)
      if (!onData.has(sender)) described.push(withoutStream(sender, lane));
    return described;
  }

  dispose(): void {
    this.#lanes.clear();
    this.#onDidChangeLane.dispose();
  }
}

function fromStream(stream: EngineStreamStats, lane: HeardLane): SpeakerStats {
  const { arrivals, settings } = stream;
  return {
    sender: stream.sender,
    channel: stream.channel,
    lane,
    playout: stream.playout,
    utteranceSequence: stream.utteranceSequence,
    bufferAheadMs: stream.bufferAheadMs,
    playheadFrame: stream.playheadFrame,
    stalls: stream.stalls,
    stalledMs: stream.stalledMs,
    concealedMs: stream.concealedMs,
    ...(settings === undefined
      ? {}
      : {
          format: {
            codecId: settings.codecId,
            sampleRateHz: settings.sampleRateHz,
            frameMs: settings.frameMs,
            initialBufferMs: settings.initialBufferMs,
            rebufferMs: settings.rebufferMs,
          },
        }),
    lossPercent: arrivals.lossPercent,
    pdvP95Ms: arrivals.pdvP95Ms,
    owdVariationMs: arrivals.owdVariationMs,
    owdTrendMsPerSecond: stream.owdTrendMsPerSecond,
    deliveryRateBytesPerSecond: arrivals.deliveryRateBytesPerSecond,
  };
}

function withoutStream(sender: string, lane: HeardLane): SpeakerStats {
  return {
    sender,
    channel: 0,
    lane,
    playout: 'idle',
    bufferAheadMs: 0,
    playheadFrame: 0,
    stalls: 0,
    stalledMs: 0,
    concealedMs: 0,
    lossPercent: 0,
    pdvP95Ms: 0,
    owdVariationMs: 0,
    owdTrendMsPerSecond: 0,
    deliveryRateBytesPerSecond: 0,
  };
}
