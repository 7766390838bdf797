import { createDataLane } from '@eloquence/delivery';
import { EloquenceError, type Lane, type PluginDescriptor } from '@eloquence/plugin-api';
import type { SimulatedTarget } from '@eloquence/simulated-transport';
import { ownPlugin, type Recovery } from '../speaker/experiment-plugins.js';

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
