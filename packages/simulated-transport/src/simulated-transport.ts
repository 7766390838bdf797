import { createDataLane } from '@eloquence/delivery';
import {
  type DatagramChannel,
  EloquenceError,
  type Lane,
  type Transport,
  type TransportFactory,
  type TransportOptions,
} from '@eloquence/plugin-api';

const handshakeMs = 500;

/** What to speak into: a participant of a {@link SimulatedRoom}. */
export interface SimulatedTarget {
  readonly $type: 'eloquence.simulatedTarget';
  readonly channel: DatagramChannel;
}

/** Makes a target of a channel that `SimulatedRoom.join` gave. */
export function simulatedTarget(channel: DatagramChannel): SimulatedTarget {
  return { $type: 'eloquence.simulatedTarget', channel };
}

/** Speaks into a simulated room. Data lane only: there are no media tracks in it. */
export const simulatedTransportFactory: TransportFactory = {
  accepts: (target) =>
    (target as Partial<SimulatedTarget> | undefined)?.$type === 'eloquence.simulatedTarget',
  create: (target, options) => new SimulatedTransport((target as SimulatedTarget).channel, options),
};

class SimulatedTransport implements Transport {
  #lane: Lane | undefined;

  constructor(
    private readonly channel: DatagramChannel,
    private readonly options: TransportOptions,
  ) {}

  async openLane(): Promise<Lane> {
    const { clock, random, lane, signal } = this.options;
    if (lane === 'media') {
      throw new EloquenceError('LANE_UNAVAILABLE', 'A simulated room has no media lane.', {
        hint: 'Use the data lane, or a LiveKit server.',
      });
    }
    const dataLane = createDataLane({ channel: this.channel, clock, random });
    this.#lane = dataLane;
    if ((await dataLane.discover(handshakeMs, signal)) > 0) return dataLane;
    dataLane.dispose();
    throw new EloquenceError('NO_RECEIVER', 'Nobody in the simulated room can receive.', {
      hint: 'Let a receiver join before the streamer is initialised.',
    });
  }

  dispose(): void {
    this.#lane?.dispose();
  }
}
