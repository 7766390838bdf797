import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createWavSink } from './index.js';

describe('WAV sink', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'wav-sink-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('writes what it was given, and a header that fits', () => {
    const path = join(folder, 'a.wav');
    const sink = createWavSink(path);
    const samples = Int16Array.from({ length: 100_000 }, (_, at) => ((at * 37) % 65536) - 32768);
    for (let at = 0; at < samples.length; at += 240) {
      sink.write({ samples: samples.subarray(at, at + 240), sampleRateHz: 22050 });
    }
    sink.close();
    sink.close();
    const file = readFileSync(path);
    expect(file.length).toBe(44 + 200_000);
    expect(file.toString('latin1', 0, 4) + file.toString('latin1', 8, 16)).toBe('RIFFWAVEfmt ');
    expect(file.readUInt32LE(4)).toBe(file.length - 8);
    expect([
      file.readUInt16LE(20),
      file.readUInt16LE(22),
      file.readUInt32LE(24),
      file.readUInt32LE(28),
    ]).toEqual([1, 1, 22050, 44100]);
    expect(file.readUInt32LE(40)).toBe(200_000);
    expect(new Int16Array(file.buffer.slice(file.byteOffset + 44, file.byteOffset + file.length))).toEqual(
      samples,
    );
    expect(sink.sampleCount).toBe(100_000);
  });

  it('makes a valid file of nothing', () => {
    const path = join(folder, 'empty.wav');
    createWavSink(path, 16_000).end!();
    const file = readFileSync(path);
    expect([file.length, file.readUInt32LE(24), file.readUInt32LE(40)]).toEqual([44, 16_000, 0]);
  });

  it('refuses a change of the sample rate, and goes on with the old one', () => {
    const sink = createWavSink(join(folder, 'b.wav'));
    const samples = new Int16Array(10);
    sink.write({ samples, sampleRateHz: 24_000 });
    expect(() => sink.write({ samples, sampleRateHz: 16_000 })).toThrow(
      expect.objectContaining({ code: 'PCM_INVALID' }),
    );
    sink.write({ samples, sampleRateHz: 24_000 });
    sink.close();
    expect(sink.sampleCount).toBe(20);
  });

  it('tells what is wrong with the path', () => {
    const path = join(folder, 'missing', 'a.wav');
    expect(() => createWavSink(path)).toThrow(expect.objectContaining({ code: 'IO_FAILED', value: path }));
  });

  it('refuses blocks after it was closed', () => {
    const sink = createWavSink(join(folder, 'c.wav'));
    sink.close();
    expect(() => sink.write({ samples: new Int16Array(1), sampleRateHz: 24_000 })).toThrow(
      expect.objectContaining({ code: 'IO_FAILED' }),
    );
  });

  it.skipIf(!existsSync('/dev/full'))('tells of a full disk, when it writes and when it is closed', () => {
    expect(() => createWavSink('/dev/full')).toThrow(expect.objectContaining({ code: 'IO_FAILED' }));
  });
});
