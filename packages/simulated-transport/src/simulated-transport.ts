import { type FailoverLimits, createDataLane, createFailoverLane } from '@eloquence/delivery';
import {
  type DatagramChannel,
  EloquenceError,
  type Lane,
  type Transport,
  type TransportFactory,
  type TransportOptions,
} from '@eloquence/plugin-api';
import { SimulatedMediaLane } from './simulated-media-lane.js';
import type { SimulatedParticipant } from './simulated-room.js';

const handshakeMs = 500;

/** What to speak into: a participant of a {@link SimulatedRoom}. */
export interface SimulatedTarget {
  readonly $type: 'eloquence.simulatedTarget';
  readonly channel: DatagramChannel;
  /** Present if the media lane may be used too. */
  readonly participant?: SimulatedParticipant;
  readonly failover?: Partial<FailoverLimits> | undefined;
}

export interface SimulatedTargetOptions {
  /** Whether speech may go over an audio track, too; default false. */
  readonly media?: boolean;
  /** When the data lane counts as dead, for experiments. */
  readonly failover?: Partial<FailoverLimits> | undefined;
}

/** Makes a target of a channel that `SimulatedRoom.join` gave. */
export function simulatedTarget(
  channel: SimulatedParticipant,
  options: SimulatedTargetOptions = {},
): SimulatedTarget {
  const { failover } = options;
  const target = {
    $type: 'eloquence.simulatedTarget',
    channel,
    failover,
  } as const;
  return options.media === true ? { ...target, participant: channel } : target;
}

/** Speaks into a simulated room; by an audio track only if the target says that it may. */
export const simulatedTransportFactory: TransportFactory = {
  accepts: (target) =>
    (target as Partial<SimulatedTarget> | undefined)?.$type === 'eloquence.simulatedTarget',
  create: (target, options) => new SimulatedTransport(target as SimulatedTarget, options),
};

class SimulatedTransport implements Transport {
  #lane: Lane | undefined;

  constructor(
    private readonly target: SimulatedTarget,
    private readonly options: TransportOptions,
  ) {}

  async openLane(): Promise<Lane> {
    const { clock, random, lane, signal } = this.options;
    const { channel, participant, failover } = this.target;
    if (lane === 'media') {
      if (participant !== undefined) return (this.#lane = new SimulatedMediaLane(participant, clock));
      throw new EloquenceError('LANE_UNAVAILABLE', 'This simulated room has no media lane.', {
        hint: 'Use the data lane, or a LiveKit server.',
      });
    }
    const dataLane = createDataLane({ channel, clock, random });
    this.#lane = dataLane;
    const receivers = await dataLane.discover(handshakeMs, signal);
    if (lane === 'auto' && participant !== undefined) {
      const openMedia = (): Lane => new SimulatedMediaLane(participant, clock);
      const limits = failover === undefined ? {} : { limits: failover };
      return (this.#lane = createFailoverLane({ data: dataLane, openMedia, clock, ...limits }));
    }
    if (receivers > 0) return dataLane;
    dataLane.dispose();
    throw new EloquenceError('NO_RECEIVER', 'Nobody in the simulated room can receive.', {
      hint: 'Let a receiver join before the streamer is initialised.',
    });
  }

  dispose(): void {
    this.#lane?.dispose();
  }
}
