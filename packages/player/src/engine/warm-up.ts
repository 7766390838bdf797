import type { Clock, CodecFactory } from '@eloquence/plugin-api';
import { audioFlag, encodeAudioPacket } from '@eloquence/wire';
import type { EngineSettings } from './engine-protocol.js';
import { PlayerEngine } from './player-engine.js';

const sampleRateHz = 24_000;
const frameMs = 20;
/**
 * Opus packets of one frame of 20 ms by their first byte (RFC 6716, section 3.1): speech, speech with music, music. What
 * follows that byte may be anything: every packet decodes to something.
 */
const modes = [9 << 3, 15 << 3, 31 << 3];
const framesPerMode = 6;
const payloadBytes = 60;

/**
 * Plays something that nobody hears through an engine like the real one, so that decoder, resampler and everything
 * between are compiled when the first speech arrives: its listener would wait for that.
 */
export function warmUp(
  settings: EngineSettings,
  decoders: ReadonlyMap<string, CodecFactory>,
  clock: Clock,
): void {
  const codecId = decoders.has('opus') ? 'opus' : 'pcm';
  const engine = new PlayerEngine({
    settings: { ...settings, isConnected: true, isRunning: true, from: [''] },
    decoders,
    clock,
    post: () => undefined,
    postVoice: () => undefined,
  });
  const payloads = codecId === 'opus' ? modes.flatMap((mode) => opusPayloads(mode)) : [silence()];
  engine.handle({
    type: 'packet',
    from: '',
    packet: encodeAudioPacket({
      type: 'audio',
      flags: audioFlag.start | audioFlag.end,
      ...{ channel: 0, formatIndex: 0, utteranceSequence: 1, sequence: 0, firstFrame: 0, sendTimeMs: 0 },
      streamHeader: {
        codecId,
        sampleRateHz,
        frameMs,
        initialBufferMs: 0,
        rebufferMs: 0,
        reportIntervalMs: 200,
      },
      payloads,
    }),
  });
  engine.dispose();
}

function opusPayloads(mode: number): Uint8Array[] {
  return Array.from({ length: framesPerMode }, (_, index) =>
    Uint8Array.from({ length: payloadBytes }, (__, at) => (at === 0 ? mode : (at * 89 + index * 57) & 0xff)),
  );
}

function silence(): Uint8Array {
  return new Uint8Array(((sampleRateHz * frameMs) / 1000) * Int16Array.BYTES_PER_ELEMENT);
}
