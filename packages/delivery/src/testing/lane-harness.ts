import { VirtualClock, createSeededRandom } from '@eloquence/base';
import type { LaneUtterance, StreamSettings } from '@eloquence/plugin-api';
import { type DataLane, type DataLaneOptions, createDataLane } from '../lanes/data-lane.js';
import { sampleFrames, sampleSettings } from './sample-frames.js';
import { ScriptedChannel } from './scripted-channel.js';
import { ScriptedReceiver, type ScriptedReceiverOptions } from './scripted-receiver.js';

/** A virtual clock of a process that can be suspended: its timers stand still meanwhile, the time does not. */
export class SleepyClock extends VirtualClock {
  #sleptMs = 0;

  override nowMs(): number {
    return super.nowMs() + this.#sleptMs;
  }

  sleep(durationMs: number): void {
    this.#sleptMs += durationMs;
  }
}

/** A lane on a virtual clock, with receivers that do as they are told. */
export class LaneHarness {
  readonly clock = new SleepyClock(5000);
  readonly channel = new ScriptedChannel(this.clock);
  readonly lane: DataLane;

  constructor(options: Partial<DataLaneOptions> = {}) {
    this.lane = createDataLane({
      channel: this.channel,
      clock: this.clock,
      random: createSeededRandom(7),
      idlePingsMs: 0,
      ...options,
    });
  }

  join(identity = 'ear', options: ScriptedReceiverOptions = {}): ScriptedReceiver {
    const receiver = new ScriptedReceiver(this.channel, this.clock, identity, options);
    receiver.hello();
    return receiver;
  }

  open(settings: Partial<StreamSettings> = {}): LaneUtterance {
    return this.lane.openUtterance({
      settings: sampleSettings(settings),
      sampleRateHz: 24_000,
      firstPcmAtMs: this.clock.nowMs(),
    });
  }

  /** Writes packets of three frames as the lane lets them in, then ends. */
  async speak(utterance: LaneUtterance, packets: number, bytes = 60): Promise<void> {
    for (let at = 0; at < packets; at++) {
      await utterance.ready();
      utterance.writeFrames({ frames: sampleFrames(3 * at, 3, bytes) });
    }
    utterance.end(packets * 3 * 480);
  }
}
