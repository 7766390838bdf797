import { DisposableStore, type ForecastCalibration } from '@eloquence/base';
import {
  type Clock,
  type Decision,
  type Disposable,
  Emitter,
  type Lane,
  type LaneProbe,
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
import { type AdaptationEquipment, choicesOf, initialProfile, selectWith } from './adaptation-equipment.js';
import { DecisionLog } from './decision-log.js';
import { FarLinks } from './far-links.js';
import { FastProtection, expectedLossPercent } from './fast-protection.js';
import { LinkMonitor } from './link-monitor.js';
import { LinkQuestions } from './link-questions.js';
import { MissedAcknowledgement } from './missed-acknowledgement.js';
import { NarrowLink } from './narrow-link.js';
import { Outlooks } from './outlooks.js';
import { demandOf } from './stream-demand.js';
import { widestLink } from './widest-link.js';

/** Reports that bring nothing new are not all worth a decision: least time between two, ms. */
const leastIntervalMs = 50;
/** Probability of a stall within a second that is acted on. */
const likelyStall = 0.5;

/** What an utterance asks for. */
export interface UtteranceWish {
  readonly utteranceId: number;
  readonly scenario: Scenario;
  /** Fixed settings: neither the profile nor anything in it is changed. */
  readonly pinnedProfile?: Profile;
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
  readonly #clock: Clock;
  readonly #monitor = new LinkMonitor();
  readonly #protection = new FastProtection();
  readonly #farLinks = new FarLinks();
  readonly #narrowLink = new NarrowLink();
  readonly #questions = new LinkQuestions();
  readonly #onDidDecide = new Emitter<Decision>();
  #equipment: AdaptationEquipment | undefined;
  #outlooks = new Outlooks(() => undefined);
  #memory: SelectorMemory = {};
  #profile: Profile | undefined;
  #settings: StreamSettings | undefined;
  #wish: UtteranceWish | undefined;
  #stream: AdaptableStream | undefined;
  #streamOwned: DisposableStore | undefined;
  #isSending = false;
  #wasProtected = false;
  #decidedAtMs = Number.NEGATIVE_INFINITY;
  #stalls = 0;

  readonly onDidDecide = this.#onDidDecide.event;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Gives the means to choose. Until then only pinned profiles can be begun with. */
  equip(equipment: AdaptationEquipment): void {
    this.#equipment = equipment;
    this.#outlooks = new Outlooks(equipment.createForecaster);
  }

  /** The links as they are known at this moment, of receivers that are still there. */
  conditions(): readonly LinkConditions[] {
    if (this.#settings === undefined) return [];
    const demand = demandOf(this.#settings, this.#stream?.laneUtterance.owedMs ?? 0);
    return this.#monitor
      .conditions(this.#clock.nowMs(), demand)
      .filter(({ receiver }) => this.#questions.isPresent(receiver));
  }

  /** How well the forecasts of this session were borne out. */
  calibration(): ForecastCalibration {
    return this.#outlooks.calibration();
  }

  /**
   * Chooses what the next utterance begins with.
   *
   * @throws EloquenceError `INTERNAL` without a pinned profile before {@link equip}
   */
  begin(wish: UtteranceWish): ChosenSettings {
    this.#endStream();
    this.#wish = wish;
    this.#stalls = 0;
    // What alarmed in the utterance before is part of what is known of the link by now.
    this.#protection.end();
    if (wish.pinnedProfile !== undefined) this.#profile = wish.pinnedProfile;
    else if (this.#profile === undefined || !this.#equipment?.profiles.has(this.#profile.id))
      this.#profile = initialProfile(this.#equipment);
    return this.#decide(this.#profile, [], true);
  }

  /** Learns from what the lane asks of receivers beside the utterances, until disposed. */
  attach(lane: Lane): Disposable {
    return this.#questions.attach(lane, (probe) => this.#probed(probe));
  }

  /** Watches the utterance that was begun last, and changes its settings as needed, until disposed. */
  watch(stream: AdaptableStream): Disposable {
    this.#endStream();
    const owned = new DisposableStore();
    this.#stream = stream;
    this.#isSending = true;
    this.#streamOwned = owned;
    owned.add(
      stream.lane.onDidReport((report) => {
        if (report.generation === stream.laneUtterance.generation) this.#report(report);
      }),
    );
    owned.add(
      new MissedAcknowledgement({
        clock: this.#clock,
        lane: stream.laneUtterance,
        limitMs: () => this.#monitor.missedAfterMs(this.#settings?.reportIntervalMs ?? 0),
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

  /** Everything of the utterance that was begun last has been handed to the lane. */
  noteSent(): void {
    this.#isSending = false;
    if (this.#stream !== undefined) this.#reconsider([]);
  }

  dispose(): void {
    this.#endStream();
    this.#onDidDecide.dispose();
  }

  #endStream(): void {
    this.#stream = undefined;
    this.#isSending = false;
    this.#streamOwned?.dispose();
    this.#streamOwned = undefined;
    this.#outlooks.endUtterance();
    this.#askFurther(undefined, this.#clock.nowMs());
  }

  #report(report: LaneReport): void {
    if (report.playout === 'finished') {
      this.#monitor.add(report);
      return;
    }
    const { isSuspicious, newLosses, lossPercentBefore } = this.#monitor.add(report);
    const causes: ProtectionCause[] = [];
    if (isSuspicious) causes.push('alarm');
    if (newLosses > 0 && lossPercentBefore < expectedLossPercent) causes.push('loss');
    if (report.stalls > this.#stalls) causes.push('stall');
    this.#stalls = Math.max(this.#stalls, report.stalls);
    if (causes.length > 0 || report.atMs - this.#decidedAtMs >= leastIntervalMs) this.#reconsider(causes);
  }

  #probed(probe: LaneProbe): void {
    const { newLosses, lossPercentBefore } = this.#monitor.addProbe(probe);
    if (this.#stream === undefined) return;
    const causes: ProtectionCause[] =
      newLosses > 0 && lossPercentBefore < expectedLossPercent ? ['loss'] : [];
    if (newLosses > 0 || probe.atMs - this.#decidedAtMs >= leastIntervalMs) this.#reconsider(causes);
  }

  #missed(owedMs: number): void {
    this.#monitor.noteSilence(this.#clock.nowMs(), owedMs, this.#settings?.reportIntervalMs ?? 0);
    this.#reconsider(['silence']);
  }

  #reconsider(causes: readonly ProtectionCause[]): void {
    if (this.#profile !== undefined) this.#decide(this.#profile, causes, false);
  }

  #decide(before: Profile, causes: readonly ProtectionCause[], isStart: boolean): ChosenSettings {
    const nowMs = this.#clock.nowMs();
    this.#decidedAtMs = nowMs;
    const receivers = this.#outlook(before, nowMs);
    const isPinned = this.#wish?.pinnedProfile !== undefined;
    if (!isPinned) this.#protect(causes, receivers, nowMs);
    const input = this.#input(before, receivers, nowMs);
    const selection = selectWith(this.#equipment, input);
    if (!isPinned) this.#memory = selection.memory;
    const profile = this.#equipment?.profiles.get(selection.profileId) ?? before;
    const isOther = profile !== before;
    if (isOther) this.#monitor.startEvidence();
    const isProtected = !isPinned && this.#protection.isOn(nowMs);
    const widest = widestLink(receivers);
    const fitting = isPinned ? profile.settings : this.#narrowLink.fit(profile.settings, widest);
    const settings = isProtected ? this.#protection.apply(fitting, widest, nowMs) : fitting;
    const applied = settings !== this.#settings;
    this.#profile = profile;
    this.#settings = settings;
    if (isStart || isOther) this.#note('profile', input, selection, applied);
    else if (isProtected !== this.#wasProtected) this.#note('protection', input, selection, applied);
    this.#wasProtected = isProtected;
    if (applied && !isStart) this.#stream?.apply({ profile, settings });
    if (!isPinned) this.#askFurther(widest, nowMs);
    return { profile, settings };
  }

  #outlook(before: Profile, nowMs: number): ReceiverOutlook[] {
    const links = this.conditions();
    if (links.length > 0)
      return this.#outlooks
        .update(links)
        .map((outlook) => ({ ...outlook, conditions: this.#farLinks.complete(outlook.conditions) }));
    const demand = demandOf(this.#settings ?? before.settings, this.#stream?.laneUtterance.owedMs ?? 0);
    const presumed = this.#farLinks.presume(this.#questions.leastRttsMs(), nowMs, demand);
    return presumed.map((conditions) => ({ conditions }));
  }

  #askFurther(conditions: LinkConditions | undefined, nowMs: number): void {
    const isPoor = this.#memory['verdict'] === 'poor';
    this.#questions.review(conditions, { isPoor, isSending: this.#isSending }, nowMs);
  }

  #protect(causes: readonly ProtectionCause[], receivers: readonly ReceiverOutlook[], nowMs: number): void {
    const slowestRttMs = receivers.reduce(
      (most, { conditions }) => Math.max(most, conditions.smoothedRttMs),
      0,
    );
    for (const cause of causes) this.#protection.trigger(cause, nowMs, slowestRttMs);
    const isStallLikely = receivers.some(
      ({ conditions, forecast }) =>
        conditions.inFlightBytes !== 0 && (forecast?.stallProbability[0] ?? 0) >= likelyStall,
    );
    if (isStallLikely) this.#protection.trigger('stall', nowMs, slowestRttMs);
  }

  #input(current: Profile, receivers: readonly ReceiverOutlook[], nowMs: number): SelectionInput {
    const { scenario, pinnedProfile } = this.#wish ?? { scenario: 'conversation', pinnedProfile: undefined };
    return {
      atMs: nowMs,
      scenario,
      ...(pinnedProfile === undefined ? {} : { pinnedProfileId: pinnedProfile.id }),
      currentProfileId: current.id,
      profiles: choicesOf(this.#equipment, current, this.#stream !== undefined),
      receivers,
      leadMs: this.#stream?.laneUtterance.leadMs ?? 0,
      memory: this.#memory,
    };
  }

  #note(kind: Decision['kind'], input: SelectionInput, selection: Selection, applied: boolean): void {
    const protection = this.#protection.causes(input.atMs);
    const decision = this.log.add({
      atMs: input.atMs,
      ...(this.#wish === undefined ? {} : { utteranceId: this.#wish.utteranceId }),
      kind,
      selector: this.#equipment?.selector.id ?? '',
      input,
      selection,
      ...(protection.length === 0 ? {} : { protection }),
      applied,
    });
    this.#onDidDecide.fire(decision);
  }
}
