import {
  type Clock,
  type CodecFactory,
  type EloquenceError,
  createSystemClock,
  toEloquenceError,
} from '@eloquence/plugin-api';
import { createOpusDecoderCodec } from '../codec/opus-decoder-codec.js';
import { OpusModule } from '../codec/opus-module.js';
import { createPcmDecoderCodec } from '../codec/pcm-decoder-codec.js';
import type { VoiceNews } from '../worklet/voice-protocol.js';
import { type EngineCommand, type EngineNews, type EngineSettings, toErrorData } from './engine-protocol.js';
import { PlayerEngine } from './player-engine.js';
import { warmUp } from './warm-up.js';

/** Runs a player's engine at this end of a message port, until it is told to stop. */
export async function serveEngine(port: MessagePort): Promise<void> {
  const post = (news: EngineNews): void => port.postMessage(news);
  let engine: PlayerEngine | undefined;
  let voices: MessagePort | undefined;
  const stop = (): void => {
    engine?.dispose();
    engine = undefined;
    voices?.close();
    post({ type: 'stopped' });
    port.close();
  };
  const decoders = await loadDecoders((error) =>
    post({ type: 'fault', stream: { sender: '', channel: 0 }, atMs: 0, error: toErrorData(error) }),
  );
  port.onmessage = ({ data }: MessageEvent<EngineCommand>) => {
    try {
      if (data.type === 'stop') stop();
      else if (data.type !== 'start') engine?.handle(data);
      else {
        voices = data.voices;
        engine = start(data.settings, voices, decoders, post);
      }
    } catch (error) {
      post({ type: 'failed', error: toErrorData(toEloquenceError(error)) });
    }
  };
  post({ type: 'loaded' });
}

function start(
  settings: EngineSettings,
  voices: MessagePort,
  decoders: ReadonlyMap<string, CodecFactory>,
  post: (news: EngineNews) => void,
): PlayerEngine {
  const clock = createPageClock(settings.timeOriginMs);
  warmUp(settings, decoders, clock);
  const engine = new PlayerEngine({
    settings,
    decoders,
    clock,
    post,
    postVoice: (command, transfer) => voices.postMessage(command, transfer ?? []),
  });
  voices.onmessage = ({ data }: MessageEvent<VoiceNews>) => engine.handleVoice(data);
  return engine;
}

/** A page whose policy refuses WebAssembly can still hear PCM. */
async function loadDecoders(
  onFault: (error: EloquenceError) => void,
): Promise<ReadonlyMap<string, CodecFactory>> {
  const decoders = new Map<string, CodecFactory>();
  try {
    decoders.set('opus', createOpusDecoderCodec(await OpusModule.load()));
  } catch (error) {
    onFault(toEloquenceError(error, 'CODEC_FAILED'));
  }
  decoders.set('pcm', createPcmDecoderCodec());
  return decoders;
}

/** Real time on the scale of the page's `performance.now()`, whichever thread it is read in. */
function createPageClock(pageTimeOriginMs: number): Clock {
  const offsetMs = performance.timeOrigin - pageTimeOriginMs;
  const system = createSystemClock();
  return {
    nowMs: () => performance.now() + offsetMs,
    setTimer: (callback, delayMs) => system.setTimer(callback, delayMs),
  };
}
