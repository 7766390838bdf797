import {
  type AckTimeoutSettings,
  type Clock,
  type Disposable,
  Emitter,
  type LaneReport,
  type LinkEvent,
  type LinkSource,
  type LinkState,
  type ProbeRequest,
  type StreamSettings,
} from '@eloquence/plugin-api';
import { AckTimeout } from './ack-timeout.js';
import { LinkMonitor, type PresentReceiver } from './link-monitor.js';
import { type ProbeAnswer, demandOf } from './receiver-link.js';

export interface LaneLinksOptions {
  readonly clock: Clock;
  /** Who is there. */
  readonly receivers: () => Iterable<PresentReceiver>;
  /** Probes the receivers from now on. */
  readonly probe: (request: ProbeRequest) => void;
}

/** The utterance whose reports are evidence. */
export interface MeasuredUtterance {
  readonly utteranceSequence: number;
  /** Nothing more will be sent or expected. */
  readonly isOver: boolean;
  /** How long a receiver has owed an acknowledgement, ms, at the one that has for longest; 0 if none does. */
  readonly unackedForMs: number;
  /** In force. */
  readonly settings: Pick<StreamSettings, 'reportIntervalMs'>;
}

/** What the sending end knows of its links: made of the reports, probes and silences that a lane tells it of. */
export class LaneLinks implements LinkSource, Disposable {
  readonly #options: LaneLinksOptions;
  readonly #monitor = new LinkMonitor();
  readonly #onDidObserve = new Emitter<LinkEvent>();
  #utterance: MeasuredUtterance | undefined;
  #timeout: AckTimeout | undefined;

  readonly onDidObserve = this.#onDidObserve.event;

  constructor(options: LaneLinksOptions) {
    this.#options = options;
  }

  /** Evidence is taken of this utterance from here, and no longer of the one before. */
  follow(utterance: MeasuredUtterance): void {
    this.#timeout?.dispose();
    this.#utterance = utterance;
    this.#timeout = new AckTimeout({
      clock: this.#options.clock,
      unackedForMs: () => utterance.unackedForMs,
      limitMs: () => this.#monitor.missedAfterMs(utterance.settings.reportIntervalMs),
      onDidExpire: (unackedForMs) => this.#missed(unackedForMs, utterance.settings.reportIntervalMs),
    });
  }

  /** This utterance is over: there is nothing more to be owed. */
  unfollow(utteranceSequence: number): void {
    if (utteranceSequence !== this.#utterance?.utteranceSequence) return;
    this.#timeout?.dispose();
    this.#timeout = undefined;
  }

  addReport(report: LaneReport): void {
    if (report.utteranceSequence !== this.#utterance?.utteranceSequence) return;
    const event = this.#monitor.add(report);
    // Once all is heard there is nothing left to decide.
    if (report.playout !== 'finished') this.#onDidObserve.fire(event);
  }

  addProbe(answer: ProbeAnswer): void {
    this.#onDidObserve.fire(this.#monitor.addProbe(answer));
  }

  states(settings: StreamSettings): LinkState[] {
    const utterance = this.#utterance;
    const unackedForMs = utterance === undefined || utterance.isOver ? 0 : utterance.unackedForMs;
    const demand = demandOf(settings, unackedForMs);
    return this.#monitor.states(this.#options.clock.nowMs(), demand, this.#options.receivers());
  }

  startEvidence(): void {
    this.#monitor.startEvidence();
  }

  probe(request: ProbeRequest): void {
    this.#options.probe(request);
  }

  setAckTimeout(settings: AckTimeoutSettings): void {
    this.#monitor.ackTimeout = settings;
  }

  dispose(): void {
    this.#timeout?.dispose();
    this.#onDidObserve.dispose();
  }

  #missed(unackedForMs: number, reportIntervalMs: number): void {
    const nowMs = this.#options.clock.nowMs();
    this.#onDidObserve.fire(this.#monitor.noteSilence(nowMs, unackedForMs, reportIntervalMs));
  }
}
