import type { AudioPacket, StreamHeader } from '@eloquence/wire';
import { describe, expect, it } from 'vitest';
import { BufferBudget } from '../buffer/buffer-budget.js';
import { BlockReader, type ReadBlock } from './block-reader.js';
import { Utterance } from '../depacketize/utterance.js';

const base: StreamHeader = {
  codecId: 'fake',
  sampleRateHz: 8000,
  frameMs: 20,
  initialBufferMs: 0,
  rebufferMs: 0,
  reportIntervalMs: 200,
};

/** An utterance of one-frame packets; each frame's header is given. */
function utteranceOf(headers: readonly StreamHeader[], sampleCount: number): Utterance {
  const utterance = new Utterance(1, 0, new BufferBudget({ durationMs: 60_000, bytes: 1e6 }));
  const formats = [...new Set(headers)];
  for (const [sequence, header] of headers.entries()) {
    const packet: AudioPacket = {
      type: 'audio',
      flags: 0,
      channel: 0,
      formatIndex: formats.indexOf(header),
      utteranceSequence: 1,
      sequence,
      firstFrame: sequence,
      sendTimeMs: 0,
      streamHeader: header,
      payloads: [Uint8Array.of(sequence + 1)],
    };
    utterance.receive(packet, packet.payloads[0]!, 0, true);
  }
  const counts = { packetCount: headers.length, frameCount: headers.length, sampleCount };
  utterance.receiveEnd({ type: 'end', channel: 0, utteranceSequence: 1, sendTimeMs: 0, ...counts }, 0);
  return utterance;
}

function readAll(utterance: Utterance, blockMs = 10): { blocks: ReadBlock[]; samples: number[] } {
  const reader = new BlockReader({
    blockMs,
    decode: ({ payload, header }) => ({
      pcm: new Int16Array(Math.round((header.sampleRateHz * header.frameMs) / 1000)).fill(payload[0]!),
      kind: 'speech',
    }),
    onFrame: () => undefined,
  });
  const blocks: ReadBlock[] = [];
  const samples: number[] = [];
  for (;;) {
    const block = reader.read(utterance);
    if (block === 'starved') throw new Error('starved');
    if (block === 'done') return { blocks, samples };
    blocks.push({ ...block, samples: block.samples.slice() });
    samples.push(...block.samples);
  }
}

describe('BlockReader', () => {
  it('cuts frames of any duration into equal blocks, sample by sample', () => {
    const frame = { ...base, frameMs: 2.5 };
    const { blocks, samples } = readAll(utteranceOf(Array<StreamHeader>(9).fill(frame), 9 * 20));
    expect(blocks.map((block) => block.samples.length)).toEqual([80, 80, 80]);
    expect(samples.slice(0, 180)).toEqual(Array.from({ length: 180 }, (_, at) => Math.floor(at / 20) + 1));
    expect(samples.slice(180)).toEqual(Array<number>(60).fill(0));
    expect(blocks.map((block) => block.firstFrame)).toEqual([0, 4, 8]);
  });

  it('keeps time at rates that 10 ms do not divide', () => {
    const frame = { ...base, sampleRateHz: 22050 };
    const { blocks } = readAll(utteranceOf(Array<StreamHeader>(10).fill(frame), 10 * 441));
    const total = blocks.reduce((sum, block) => sum + block.samples.length, 0);
    const durationMs = blocks.reduce((sum, block) => sum + block.durationMs, 0);
    expect(total).toBeGreaterThanOrEqual(4410);
    expect(durationMs).toBeCloseTo((total * 1000) / 22050, 6);
  });

  it('ends a block early where the sample rate changes, and loses no sample', () => {
    const short = { ...base, frameMs: 5 };
    const wide = { ...base, sampleRateHz: 16000 };
    const { blocks } = readAll(utteranceOf([base, short, wide, wide, base], 160 + 40 + 320 + 320 + 160));
    expect(blocks.map((block) => [block.sampleRateHz, block.samples.length])).toEqual([
      [8000, 80],
      [8000, 80],
      [8000, 40],
      [16000, 160],
      [16000, 160],
      [16000, 160],
      [16000, 160],
      [8000, 80],
      [8000, 80],
    ]);
    // Where each begins in what was spoken, although the frames have different durations.
    expect(blocks.map(({ positionMs }) => positionMs)).toEqual([0, 10, 20, 25, 35, 45, 55, 65, 75]);
  });

  it('goes on where it was starved', () => {
    const utterance = utteranceOf([base, base, base], 480);
    const reader = new BlockReader({
      blockMs: 50,
      decode: () => ({ pcm: new Int16Array(160).fill(5), kind: 'speech' }),
      onFrame: () => undefined,
    });
    const partial = new Utterance(2, 0, new BufferBudget({ durationMs: 60_000, bytes: 1e6 }));
    expect(reader.read(partial)).toBe('starved');
    expect((reader.read(utterance) as ReadBlock).samples).toEqual(new Int16Array(400).fill(5));
    expect(reader.pendingMs).toBe(10);
    const last = (reader.read(utterance) as ReadBlock).samples;
    expect(last.subarray(0, 80)).toEqual(new Int16Array(80).fill(5));
    expect(last.subarray(80)).toEqual(new Int16Array(320));
    expect(reader.read(utterance)).toBe('done');
  });
});
