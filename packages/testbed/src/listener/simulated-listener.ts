import type { AccessLink } from '@eloquence/netlab';
import { createSpeechReceiver } from '@eloquence/playout';
import { type Clock, type CodecFactory, EloquenceError } from '@eloquence/plugin-api';
import type { SimulatedRoom } from '@eloquence/simulated-transport';
import type { Listener } from './listener.js';
import { Recorder } from './recorder.js';

/** Rate of a simulated audio track, Hz. */
const trackRateHz = 48_000;

export interface SimulatedListenerOptions {
  readonly name: string;
  readonly identity: string;
  /** Identity of the speaker. */
  readonly speaker: string;
  readonly link: AccessLink;
  readonly decoders: ReadonlyMap<string, CodecFactory>;
  readonly clock: Clock;
  /** WAV file to write. */
  readonly out?: string | undefined;
  /** Whether audio tracks are heard too. */
  readonly hearsTracks?: boolean;
}

/**
 * A listener in a simulated room, in this process.
 *
 * @throws EloquenceError `IO_FAILED` if the WAV file cannot be created.
 */
export function joinSimulatedListener(room: SimulatedRoom, options: SimulatedListenerOptions): Listener {
  const { name, identity, speaker, link, decoders, clock, out, hearsTracks = false } = options;
  let rejectLost: (error: EloquenceError) => void = () => undefined;
  const lost = new Promise<never>((_, reject) => (rejectLost = reject));
  lost.catch(() => undefined);
  const recorder = new Recorder({ clock, speaker, out, onFail: rejectLost });
  const channel = room.join(identity, link);
  const receiver = createSpeechReceiver({
    channel,
    clock,
    decoders,
    createSink: ({ sender }) => recorder.createSink({ lane: 'data', sender }),
  });
  recorder.listenTo(receiver);
  if (hearsTracks) {
    channel.onDidHearTrack(({ samples }) =>
      recorder.sound.hear({ samples, sampleRateHz: trackRateHz, atMs: clock.nowMs() }),
    );
    channel.onDidPublishTrack(({ from, continues }) => {
      if (continues === undefined) return;
      const stream = { sender: from, channel: continues.channel };
      receiver.limitUtterance(stream, continues.utteranceSequence, continues.frame);
    });
  }
  const links = (): NonNullable<ReturnType<SimulatedRoom['linksOf']>> => {
    const found = room.linksOf(identity);
    if (found === undefined) throw new EloquenceError('INTERNAL', `There is no listener '${identity}'.`);
    return found;
  };
  return {
    name,
    link,
    lost,
    begin: (isRecorded) => recorder.begin(isRecorded),
    collect: (request) => recorder.collect(request),
    wireBytes: async (wireClass) => links().down.counters.entered[wireClass].bytes,
    configure: async (changes, direction) => {
      const { up, down } = links();
      if (direction === 'both') up.configure(changes);
      down.configure(changes);
      return clock.nowMs();
    },
    close: async () => {
      receiver.dispose();
      recorder.dispose();
    },
  };
}
