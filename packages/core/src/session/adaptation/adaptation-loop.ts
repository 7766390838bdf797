import {
  type Clock,
  type Decision,
  type Disposable,
  DisposableStore,
  Emitter,
  type ForecastCalibration,
  type Lane,
  type LaneReport,
  type LaneUtterance,
  type LinkConditions,
  type Profile,
  type ProtectionCause,
  type ReceiverOutlook,
  type Scenario,
  type Selection,
  type SelectionInput,
  type SelectorMemory,
  type StreamSettings,
} from '@eloquence/plugin-api';
import { DecisionLog } from './decision-log.js';
import { FastProtection } from './fast-protection.js';
import { LinkMonitor } from './link-monitor.js';
import { MissedAcknowledgement } from './missed-acknowledgement.js';
import { type CreateForecaster, Outlooks } from './outlooks.js';
import { demandOf } from './stream-demand.js';

/** Reports that bring nothing new are not all worth a decision: least time between two, ms. */
const leastIntervalMs = 50;
/** Loss that is unexpected when it was below this before, %. */
const expectedLossPercent = 3;
/** Probability of a stall within a second that is acted on. */
const likelyStall = 0.5;

/** A selector whose calls cannot fail: `undefined` means that everything stays as it is. */
export interface GuardedSelector {
  readonly id: string;
  select(input: SelectionInput): Selection | undefined;
}

export interface AdaptationOptions {
  readonly clock: Clock;
  readonly selector: GuardedSelector;
  readonly createForecaster: CreateForecaster;
  /** What may be chosen, by id. */
  readonly profiles: ReadonlyMap<string, Profile>;
  /** The profile to begin with, while nothing is known. */
  readonly initialProfileId: string;
}

/** What an utterance asks for. */
export interface UtteranceWish {
  readonly utteranceId: number;
  readonly scenario: Scenario;
  /** Fixed settings: neither the profile nor anything in it is changed. */
  readonly pinnedProfileId?: string;
}

/** What an utterance runs on. */
export interface ChosenSettings {
  readonly profile: Profile;
  /** The profile's settings, or a careful version of them. */
  readonly settings: StreamSettings;
}

/** An utterance on its way, which can be given other settings. */
export interface AdaptableStream {
  readonly lane: Lane;
  readonly laneUtterance: LaneUtterance;
  /** Applies from the next packet on. */
  readonly apply: (chosen: ChosenSettings) => void;
}

/**
 * Measure, forecast, decide, apply: one loop for a session. Everything that it knows of the links outlives the
 * utterances; what it decides is logged with the whole input of the decision.
 */
export class AdaptationLoop implements Disposable {
  readonly log = new DecisionLog();
  readonly #options: AdaptationOptions;
  readonly #monitor = new LinkMonitor();
  readonly #protection = new FastProtection();
  readonly #outlooks: Outlooks;
  readonly #onDidDecide = new Emitter<Decision>();
  #memory: SelectorMemory = {};
  #profile: Profile;
  #settings: StreamSettings;
  #wish: UtteranceWish | undefined;
  #stream: AdaptableStream | undefined;
  #streamOwned: DisposableStore | undefined;
  #wasProtected = false;
  #decidedAtMs = Number.NEGATIVE_INFINITY;
  #stalls = 0;

  readonly onDidDecide = this.#onDidDecide.event;

  constructor(options: AdaptationOptions) {
    this.#options = options;
    this.#outlooks = new Outlooks(options.createForecaster);
    const initial = options.profiles.get(options.initialProfileId) ?? [...options.profiles.values()][0];
    if (initial === undefined) throw new RangeError('An adaptation loop needs at least one profile.');
    this.#profile = initial;
    this.#settings = initial.settings;
  }

  /** The links as they are known at this moment. */
  conditions(): readonly LinkConditions[] {
    return this.#monitor.conditions(this.#options.clock.nowMs(), demandOf(this.#settings));
  }

  /** How well the forecasts of this session were borne out. */
  calibration(): ForecastCalibration {
    return this.#outlooks.calibration();
  }

  /** Chooses what the next utterance begins with. */
  begin(wish: UtteranceWish): ChosenSettings {
    this.#endStream();
    this.#wish = wish;
    this.#stalls = 0;
    this.#decide([], true);
    return { profile: this.#profile, settings: this.#settings };
  }

  /** Watches the utterance that was begun last, and changes its settings as needed, until disposed. */
  watch(stream: AdaptableStream): Disposable {
    this.#endStream();
    const owned = new DisposableStore();
    this.#stream = stream;
    this.#streamOwned = owned;
    owned.add(
      stream.lane.onDidReport((report) => {
        if (report.generation === stream.laneUtterance.generation) this.#report(report);
      }),
    );
    owned.add(
      new MissedAcknowledgement({
        clock: this.#options.clock,
        lane: stream.laneUtterance,
        limitMs: () => this.#monitor.missedAfterMs(this.#settings.reportIntervalMs),
        onDidMiss: (owedMs) => this.#missed(owedMs),
      }),
    );
    return {
      dispose: () => {
        owned.dispose();
        if (this.#stream === stream) this.#endStream();
      },
    };
  }

  dispose(): void {
    this.#endStream();
    this.#onDidDecide.dispose();
  }

  #endStream(): void {
    this.#stream = undefined;
    this.#streamOwned?.dispose();
    this.#streamOwned = undefined;
    this.#outlooks.endUtterance();
  }

  #report(report: LaneReport): void {
    const { isSuspicious, newLosses, lossPercentBefore } = this.#monitor.add(report);
    const causes: ProtectionCause[] = [];
    if (isSuspicious) causes.push('alarm');
    if (newLosses > 0 && lossPercentBefore < expectedLossPercent) causes.push('loss');
    if (report.stalls > this.#stalls) causes.push('stall');
    this.#stalls = Math.max(this.#stalls, report.stalls);
    if (causes.length > 0 || report.atMs - this.#decidedAtMs >= leastIntervalMs) this.#decide(causes, false);
  }

  #missed(owedMs: number): void {
    this.#monitor.noteSilence(this.#options.clock.nowMs(), owedMs);
    this.#decide(['silence'], false);
  }

  #decide(causes: readonly ProtectionCause[], isStart: boolean): void {
    const { clock } = this.#options;
    const wish = this.#wish;
    if (wish === undefined) return;
    const nowMs = clock.nowMs();
    this.#decidedAtMs = nowMs;
    const receivers = this.#outlooks.update(this.conditions());
    if (wish.pinnedProfileId === undefined) this.#protect(causes, receivers, nowMs);
    const input = this.#input(wish, receivers, nowMs);
    const selection = this.#options.selector.select(input) ?? stay(input);
    this.#memory = selection.memory;
    const profile = this.#options.profiles.get(selection.profileId) ?? this.#profile;
    const isOther = profile !== this.#profile;
    this.#profile = profile;
    if (isOther) this.#monitor.startEvidence();
    const isProtected = wish.pinnedProfileId === undefined && this.#protection.isOn(nowMs);
    const settings = isProtected
      ? this.#protection.apply(profile.settings, receivers[0]?.conditions, nowMs)
      : profile.settings;
    const applied = settings !== this.#settings;
    this.#settings = settings;
    if (isStart || isOther) this.#note('profile', input, selection, applied, nowMs);
    else if (isProtected !== this.#wasProtected) this.#note('protection', input, selection, applied, nowMs);
    this.#wasProtected = isProtected;
    if (applied && !isStart) this.#stream?.apply({ profile, settings });
  }

  #protect(causes: readonly ProtectionCause[], receivers: readonly ReceiverOutlook[], nowMs: number): void {
    const slowestRttMs = receivers.reduce(
      (most, { conditions }) => Math.max(most, conditions.smoothedRttMs),
      0,
    );
    for (const cause of causes) this.#protection.trigger(cause, nowMs, slowestRttMs);
    const isStallLikely = receivers.some(
      ({ forecast }) => (forecast?.stallProbability[0] ?? 0) >= likelyStall,
    );
    if (isStallLikely && this.#stream !== undefined) this.#protection.trigger('stall', nowMs, slowestRttMs);
  }

  #input(wish: UtteranceWish, receivers: readonly ReceiverOutlook[], nowMs: number): SelectionInput {
    const choices = this.#choices();
    return {
      atMs: nowMs,
      scenario: wish.scenario,
      ...(wish.pinnedProfileId === undefined ? {} : { pinnedProfileId: wish.pinnedProfileId }),
      currentProfileId: this.#profile.id,
      profiles: choices.map(({ id, settings }) => ({ id, bitrateBps: settings.codec.bitrateBps })),
      receivers,
      leadMs: this.#stream?.laneUtterance.leadMs ?? 0,
      memory: this.#memory,
    };
  }

  /** In the midst of an utterance the codec itself stays. */
  #choices(): Profile[] {
    const all = [...this.#options.profiles.values()];
    if (this.#stream === undefined) return all;
    return all.filter(({ settings }) => settings.codec.codecId === this.#profile.settings.codec.codecId);
  }

  #note(
    kind: Decision['kind'],
    input: SelectionInput,
    selection: Selection,
    applied: boolean,
    nowMs: number,
  ): void {
    const protection = this.#protection.causes(nowMs);
    const decision = this.log.add({
      atMs: nowMs,
      ...(this.#wish === undefined ? {} : { utteranceId: this.#wish.utteranceId }),
      kind,
      selector: this.#options.selector.id,
      input,
      selection,
      ...(protection.length === 0 ? {} : { protection }),
      applied,
    });
    this.#onDidDecide.fire(decision);
  }
}

/** What is chosen where no selector can be asked. */
function stay(input: SelectionInput): Selection {
  return {
    profileId: input.pinnedProfileId ?? input.currentProfileId,
    priority: 0,
    reason: 'No selector could be asked.',
    rule: 'fallback',
    memory: input.memory,
  };
}
