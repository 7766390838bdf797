import { Continuations } from '@eloquence/livekit-room';
import { EloquenceError, createSystemClock, toEloquenceError } from '@eloquence/plugin-api';
import { attributesFault } from '@eloquence/wire';
import { DefaultPlayer } from './default-player.js';
import { AudioOutput } from './host/audio-output.js';
import { DataLaneHost } from './host/data-lane-host.js';
import { type EngineHost, openEngineHost } from './host/engine-host.js';
import { MediaOutput, type TrackFilter } from './media/media-output.js';
import type { Player, PlayerOptions } from './player.js';
import { createPlayerChannel } from './room/player-channel.js';
import { type PlayerRoom, namedTracks } from './room/player-room.js';

const defaultAheadMs = 1500;

/**
 * Plays speech of a livekit-client room. Senders find out by themselves that somebody listens. The room may be
 * connected before or after, and again after it was lost.
 *
 * Where the page cannot run the data lane (no secure context, a strict content security policy), the media lane is
 * played alone, and `dataLaneError` says why.
 *
 * @throws EloquenceError `OPTION_INVALID`; `LANE_UNAVAILABLE` if neither lane can be played
 */
export async function attachPlayer(room: PlayerRoom, options: PlayerOptions = {}): Promise<Player> {
  checkOptions(options);
  const clock = createSystemClock();
  const opened = await openDataLane(options);
  const isShared =
    options.sharedMemory !== 'off' &&
    globalThis.crossOriginIsolated &&
    typeof SharedArrayBuffer === 'function';
  if (opened instanceof EloquenceError && options.media === false) throw opened;
  const data = opened instanceof EloquenceError ? undefined : { ...opened, isShared };
  const channel = createPlayerChannel(room, clock);
  const media = options.media === false ? undefined : new MediaOutput(room, trackFilter(options), clock);
  const player = new DefaultPlayer({
    clock,
    room: channel,
    media,
    data,
    dataLaneError: opened instanceof EloquenceError ? opened : undefined,
    volume: options.volume ?? 1,
  });
  if (data === undefined) player.own(channel);
  if (media !== undefined) player.own(media);
  if (data !== undefined) {
    const { bufferMs, from, formerSpeech, attributes } = options;
    const continuations = new Continuations(
      namedTracks(room),
      from === undefined ? undefined : (identity) => from.includes(identity),
    );
    player.own(continuations);
    player.own(
      new DataLaneHost({
        ...data,
        room: channel,
        continuations,
        clock,
        aheadMs: options.aheadMs ?? defaultAheadMs,
        reportsFrames: options.reportsFrames ?? false,
        bufferMs,
        from,
        formerSpeech,
        attributes,
        onNews: (news) => player.handle(news),
      }),
    );
  }
  if (options.outputDevice !== undefined) {
    try {
      await player.setOutputDevice(options.outputDevice);
    } catch (error) {
      player.dispose();
      throw error;
    }
  }
  return player;
}

async function openDataLane(
  options: PlayerOptions,
): Promise<{ output: AudioOutput; engine: EngineHost } | EloquenceError> {
  const { audioContext, destination, workletUrl, engineUrl, worker = 'auto' } = options;
  const [output, engine] = await Promise.allSettled([
    AudioOutput.open({ context: audioContext, destination, workletUrl }),
    openEngineHost({ worker, url: engineUrl }),
  ]);
  if (output.status === 'fulfilled' && engine.status === 'fulfilled')
    return { output: output.value, engine: engine.value };
  if (output.status === 'fulfilled') output.value.dispose();
  if (engine.status === 'fulfilled') engine.value.dispose();
  const reason: unknown =
    output.status === 'rejected' ? output.reason : (engine as PromiseRejectedResult).reason;
  return toEloquenceError(reason, 'LANE_UNAVAILABLE');
}

function trackFilter({ media, from }: PlayerOptions): TrackFilter {
  const decides = typeof media === 'function' ? media : () => true;
  return (publication, participant) =>
    (from === undefined || from.includes(participant.identity)) && decides(publication, participant);
}

function checkOptions(options: PlayerOptions): void {
  const { volume = 1, aheadMs = defaultAheadMs, bufferMs = 120_000, attributes = {} } = options;
  const fault = attributesFault(attributes);
  if (fault !== undefined) throw new EloquenceError('OPTION_INVALID', fault, { value: attributes });
  checkRange('volume', volume, 0, 1);
  checkRange('aheadMs', aheadMs, 100, 10_000);
  checkRange('bufferMs', bufferMs, 100, 600_000);
}

function checkRange(name: string, value: number, min: number, max: number): void {
  if (value >= min && value <= max) return;
  throw new EloquenceError('OPTION_INVALID', `${name} must be ${min} to ${max}: ${value}`, {
    value,
    hint: `Leave ${name} out for the default.`,
  });
}
