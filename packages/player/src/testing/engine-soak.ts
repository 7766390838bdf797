import { VirtualClock } from '@eloquence/base';
import { audioFlag, decodePacket, encodeAudioPacket } from '@eloquence/wire';
import { createPcmDecoderCodec } from '../codec/pcm-decoder-codec.js';
import type { EngineNews } from '../engine/engine-protocol.js';
import { PlayerEngine } from '../engine/player-engine.js';
import { Mixer } from '../worklet/mixer.js';

export interface EngineSoakOptions {
  /** How long speech goes on without an end, on virtual time, s. */
  readonly seconds: number;
  /** By how much the sound card runs faster than the clock, millionths. */
  readonly cardPpm: number;
  /** `ahead`: the sender keeps a lead of 4 s by the reports; `live`: it speaks at the pace of its own clock. */
  readonly source: 'ahead' | 'live';
  /** Script memory in use, bytes, after garbage is collected. */
  readonly usedHeap: () => number;
  readonly onProgress?: (seconds: number) => void;
}

export interface EngineSoakFigures {
  readonly stalls: number;
  readonly stalledMs: number;
  readonly framesPlayed: number;
  readonly droppedSamples: number;
  /** What the receiver has in hand, in the mean over the first and over the last tenth of the time, ms. */
  readonly leadBeginMs: number;
  readonly leadEndMs: number;
  /** By how much speech was made longer and shorter, ms. */
  readonly stretchedMs: number;
  readonly shortenedMs: number;
  /** Script memory after the first tenth of the time, and how much more it is at the end, bytes. */
  readonly heapBytes: number;
  readonly heapGrowthBytes: number;
  /** Real time that it took, s. */
  readonly tookSeconds: number;
}

const frameMs = 20;
const framesPerPacket = 5;
const rateHz = 24_000;
const contextRateHz = 48_000;
const quantum = 128;
const bufferAheadMs = 4000;
const liveBufferAheadMs = 400;
const stepMs = 10;
/** How often promises get their turn, ms: a receiver whose packets are never taken soon reports no more. */
const breatheMs = 100;

/** The player's engine, its rings and its mixer, on virtual time: everything that a browser runs but for the room. */
export async function soakEngine(options: EngineSoakOptions): Promise<EngineSoakFigures> {
  const beganMs = performance.now();
  const clock = new VirtualClock(5000);
  const startMs = clock.nowMs();
  let report = { frame: 0, atMs: startMs };
  let stalls = 0;
  let stalledSinceMs: number | undefined;
  let stalledMs = 0;
  let framesPlayed = 0;
  let droppedSamples = 0;
  let leadNowMs = 0;
  let stretchedMs = 0;
  let shortenedMs = 0;
  const handle = (news: EngineNews): void => {
    if (news.type === 'send') {
      const packet = decodePacket(news.packet);
      if (packet.type === 'report') report = { frame: packet.playheadFrame, atMs: clock.nowMs() };
      clock.setTimer(() => engine.handle({ type: 'sent', id: news.id, isSent: true }), 0);
    } else if (news.type === 'stall') {
      stalls++;
      stalledSinceMs = news.event.atMs;
    } else if (news.type === 'resume') {
      stalledMs += news.event.atMs - (stalledSinceMs ?? news.event.atMs);
      stalledSinceMs = undefined;
    } else if (news.type === 'playFrame') framesPlayed++;
    else if (news.type === 'stats') {
      droppedSamples = news.stats.droppedSamples;
      const stream = news.stats.streams[0];
      if (stream !== undefined) ({ bufferAheadMs: leadNowMs, stretchedMs, shortenedMs = 0 } = stream);
    }
  };
  const mixer = new Mixer(contextRateHz, (news) => void clock.setTimer(() => engine.handleVoice(news), 1));
  const engine: PlayerEngine = new PlayerEngine({
    settings: {
      ...{ sampleRateHz: contextRateHz, aheadMs: 1500, isShared: true, reportsFrames: true },
      ...{ isConnected: true, maxPacketBytes: 1086, latencyMs: 20, isRunning: true, timeOriginMs: 0 },
    },
    decoders: new Map([['pcm', createPcmDecoderCodec()]]),
    clock,
    post: handle,
    postVoice: (command) => mixer.handle(command),
  });
  const send = packetSender((packet) => engine.handle({ type: 'packet', packet, from: 'agent' }));
  const output = new Float32Array(quantum);
  const leads = { begin: { sum: 0, count: 0 }, end: { sum: 0, count: 0 } };
  let quanta = 0;
  let heapBytes = 0;
  const tenthMs = options.seconds * 100;
  for (let atMs = 0; atMs < options.seconds * 1000; atMs += stepMs) {
    const dueFrames =
      options.source === 'live'
        ? (atMs + liveBufferAheadMs) / frameMs
        : // As senders do: from the last report on, playout is taken to go on at the pace of the sender's clock.
          report.frame + (clock.nowMs() - report.atMs + bufferAheadMs) / frameMs;
    while (send.frames + framesPerPacket <= dueFrames) send.next(clock.nowMs() - startMs);
    clock.advance(stepMs);
    const dueQuanta = ((atMs + stepMs) * (contextRateHz / 1000) * (1 + options.cardPpm / 1e6)) / quantum;
    while (quanta < dueQuanta) mixer.render(output, quanta++ * quantum);
    const lead = atMs < tenthMs ? leads.begin : atMs >= 9 * tenthMs ? leads.end : undefined;
    // The first seconds fill the lead.
    if (lead !== undefined && atMs > 10_000) {
      lead.sum += leadNowMs;
      lead.count++;
    }
    if (heapBytes === 0 && atMs >= tenthMs) heapBytes = options.usedHeap();
    if (atMs % 600_000 === 0) options.onProgress?.(atMs / 1000);
    if (atMs % breatheMs === 0) await breathe();
  }
  const heapGrowthBytes = options.usedHeap() - heapBytes;
  engine.dispose();
  const mean = ({ sum, count }: { sum: number; count: number }): number => sum / Math.max(1, count);
  return {
    ...{ stalls, stalledMs, framesPlayed, droppedSamples, heapBytes, heapGrowthBytes },
    ...{ stretchedMs, shortenedMs },
    leadBeginMs: mean(leads.begin),
    leadEndMs: mean(leads.end),
    tookSeconds: (performance.now() - beganMs) / 1000,
  };
}

/** As many turns as the news that a packet was taken needs to reach the receiver. */
async function breathe(): Promise<void> {
  for (let turn = 0; turn < 10; turn++) await Promise.resolve();
}

/** Packets of one utterance without an end: a tone of 441 Hz, whose periods fill no frame. */
function packetSender(deliver: (packet: Uint8Array) => void) {
  const frameSamples = (rateHz * frameMs) / 1000;
  let frames = 0;
  let sequence = 0;
  const frame = (index: number): Uint8Array => {
    const pcm = new Int16Array(frameSamples);
    for (let at = 0; at < frameSamples; at++)
      pcm[at] = Math.round(8000 * Math.sin((2 * Math.PI * 441 * (index * frameSamples + at)) / rateHz));
    return new Uint8Array(pcm.buffer);
  };
  return {
    get frames() {
      return frames;
    },
    next(sendTimeMs: number): void {
      deliver(
        encodeAudioPacket({
          type: 'audio',
          flags: sequence === 0 ? audioFlag.start : 0,
          ...{ channel: 0, formatIndex: 0, utteranceSequence: 1, sequence: sequence & 0xffff },
          firstFrame: frames,
          sendTimeMs: Math.round(sendTimeMs) & 0xffff,
          streamHeader: {
            ...{ codecId: 'pcm', sampleRateHz: rateHz, frameMs },
            ...{ initialBufferMs: 120, rebufferMs: 180, reportIntervalMs: 200 },
          },
          payloads: Array.from({ length: framesPerPacket }, (_, at) => frame(frames + at)),
        }),
      );
      frames += framesPerPacket;
      sequence++;
    },
  };
}
