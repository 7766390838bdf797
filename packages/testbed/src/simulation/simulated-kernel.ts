import { createKernel, type Kernel } from '@eloquence/core';
import { type Clock, EloquenceError, type Lane, type PluginDescriptor } from '@eloquence/plugin-api';
import { type SimulatedTarget, simulatedTransportPlugin } from '@eloquence/simulated-transport';
import { withDefaultPlugins } from '@eloquence/streamer';
import { syntheticCodecPlugin } from './synthetic-codec.js';
import { createDataLane } from '@eloquence/delivery';
import { ownPlugin, type Recovery } from '../speaker/experiment-plugins.js';

/** Default plugins that a simulation has no use for; they load native code or a voice. */
const UNUSED = new Set(['@eloquence/livekit-adapter', '@eloquence/tts-espeak']);

/** The framework as the streamer composes it, but for the voice, the codec and the way into a real room. */
export function createSimulatedKernel(
  clock: Clock,
  seed: number,
  own: readonly PluginDescriptor[] = [],
): Kernel {
  const ownNames = new Set(own.map(({ manifest }) => manifest.name));
  const simulated = [simulatedTransportPlugin, syntheticCodecPlugin].filter(
    ({ manifest }) => !ownNames.has(manifest.name),
  );
  const descriptors = withDefaultPlugins([...simulated, ...own]).filter(
    ({ manifest }) => !UNUSED.has(manifest.name),
  );
  return createKernel({ descriptors, clock, seed });
}

/**
 * Loads every plugin before virtual time begins to pass: loading takes real time, and must not make a difference to
 * what happens when.
 */
export async function loadPlugins({ host }: Kernel): Promise<void> {
  const { contributions } = host;
  for (const point of Object.values(contributions)) {
    for (const id of point.ids()) await point.get(id);
  }
}

const HANDSHAKE_MS = 500;

/**
 * The simulated room with another way of recovering what is lost. Its reliable channel sends a lost message again
 * after 250 ms and lets later ones overtake it: kinder than SCTP, which waits a second and more, and keeps the order.
 * What loses to it here loses to the real one.
 */
export function recoveryTransportPlugin(recovery: Recovery): PluginDescriptor {
  return ownPlugin(
    '@eloquence/simulated-transport',
    { transports: [{ id: 'simulated' }] },
    (context) =>
      void context.transports.register('simulated', {
        accepts: (target) =>
          (target as Partial<SimulatedTarget> | undefined)?.$type === 'eloquence.simulatedTarget',
        create: (target, { clock, random, signal }) => {
          const { channel } = target as SimulatedTarget;
          let lane: Lane | undefined;
          return {
            openLane: async () => {
              const dataLane = createDataLane({ channel, clock, random, ...recovery });
              lane = dataLane;
              if ((await dataLane.discover(HANDSHAKE_MS, signal)) > 0) return dataLane;
              dataLane.dispose();
              throw new EloquenceError('NO_RECEIVER', 'Nobody in the simulated room can receive.');
            },
            dispose: () => lane?.dispose(),
          };
        },
      }),
  );
}
