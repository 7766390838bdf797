import type { PluginHost } from '@eloquence/core';
import type { AccessLink } from '@eloquence/netlab';
import { createSpeechReceiver } from '@eloquence/playout';
import type { Clock, CodecFactory, EloquenceError } from '@eloquence/plugin-api';
import { SimulatedRoom, simulatedTarget, simulatedTransportPlugin } from '@eloquence/simulated-transport';
import type { ArmListener } from '../listener/arm-listener.js';
import { ListenerEars } from '../listener/listener-ears.js';
import { type ArmConnection, LISTENER, SPEAKER } from './arm-connection.js';
import { guardWork } from './guard-work.js';

export interface SimulatedConnectionOptions {
  /** Where the listener's codecs come from. */
  readonly host: PluginHost;
  readonly link: AccessLink;
  readonly seed: number;
  readonly hasListener: boolean;
  readonly out: string | undefined;
  readonly clock: Clock;
}

/**
 * A room in this process, for machines without a server. No LiveKit is involved: whoever shows a result of it says so.
 *
 * @throws EloquenceError `IO_FAILED` if the WAV file cannot be created.
 */
export async function openSimulatedConnection(options: SimulatedConnectionOptions): Promise<ArmConnection> {
  const { clock, seed } = options;
  const room = new SimulatedRoom({ clock, seed });
  try {
    const speaker = room.join(SPEAKER);
    let rejectLost: (error: EloquenceError) => void = () => undefined;
    const lost = new Promise<never>((_, reject) => (rejectLost = reject));
    lost.catch(() => undefined);
    const listener = options.hasListener ? await joinListener(room, options, lost, rejectLost) : undefined;
    return {
      target: simulatedTarget(speaker),
      plugins: [simulatedTransportPlugin],
      listener,
      wireBytes: async (wireClass) => room.linksOf(LISTENER)?.down.counters.entered[wireClass].bytes ?? null,
      guard: (work, limitMs, signal) => guardWork(work, { clock, limitMs, signal, failures: [lost] }),
      close: async () => {
        await listener?.close();
        room.dispose();
      },
    };
  } catch (error) {
    room.dispose();
    throw error;
  }
}

async function joinListener(
  room: SimulatedRoom,
  { host, out, clock, link }: SimulatedConnectionOptions,
  lost: Promise<never>,
  onFail: (error: EloquenceError) => void,
): Promise<ArmListener> {
  const decoders = await loadDecoders(host);
  const ears = new ListenerEars({ clock, speaker: SPEAKER, out, onFail });
  const receiver = createSpeechReceiver({
    channel: room.join(LISTENER, link),
    clock,
    decoders,
    createSink: ({ sender }) => ears.createSink({ lane: 'data', sender }),
  });
  ears.listenTo(receiver);
  return {
    lost,
    begin: (_, isRecorded) => ears.begin(isRecorded),
    collect: (request) => ears.collect(request),
    close: async () => {
      receiver.dispose();
      ears.dispose();
    },
  };
}

async function loadDecoders({ contributions }: PluginHost): Promise<Map<string, CodecFactory>> {
  const entries = contributions.codecs
    .ids()
    .map(async (id) => [id, await contributions.codecs.get(id)] as const);
  return new Map(await Promise.all(entries));
}
