import type { ForecastCalibration } from '@eloquence/base';
import {
  type Clock,
  type Decision,
  type Disposable,
  Emitter,
  type Lane,
  type LaneUtterance,
  type LinkEvent,
  type LinkSource,
  type LinkState,
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
import { LinkQuestions } from './link-questions.js';
import { NarrowLink } from './narrow-link.js';
import { Outlooks } from './outlooks.js';
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
  #isSending = false;
  #wasProtected = false;
  #decidedAtMs = Number.NEGATIVE_INFINITY;
  #links: LinkSource | undefined;

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
  conditions(): readonly LinkState[] {
    return this.#settings === undefined ? [] : reported(this.#links?.states(this.#settings) ?? []);
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
    // What alarmed in the utterance before is part of what is known of the link by now.
    this.#protection.end();
    if (wish.pinnedProfile !== undefined) this.#profile = wish.pinnedProfile;
    else if (this.#profile === undefined || !this.#equipment?.profiles.has(this.#profile.id))
      this.#profile = initialProfile(this.#equipment);
    return this.#decide(this.#profile, [], true);
  }

  /** Learns of the links of this lane, until disposed. */
  attach({ links }: Lane): Disposable {
    this.#links = links;
    const listening = links.onDidObserve((event) => this.#observed(event));
    return {
      dispose: () => {
        listening.dispose();
        if (this.#links === links) this.#links = undefined;
      },
    };
  }

  /** Changes the settings of the utterance that was begun last as needed, until disposed. */
  watch(stream: AdaptableStream): Disposable {
    this.#endStream();
    this.#stream = stream;
    this.#isSending = true;
    return {
      dispose: () => {
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
    this.#outlooks.endUtterance();
    this.#askFurther(undefined, this.#clock.nowMs());
  }

  #observed(event: LinkEvent): void {
    if (this.#stream === undefined) return;
    const causes: ProtectionCause[] = [];
    if (event.isAlarm) causes.push('alarm');
    if (event.newLosses > 0 && event.lossPercentBefore < expectedLossPercent) causes.push('loss');
    if (event.newStalls > 0) causes.push('stall');
    if (event.source === 'ack-timeout') causes.push('silence');
    const isUrgent = causes.length > 0 || (event.source === 'probe' && event.newLosses > 0);
    if (isUrgent || event.atMs - this.#decidedAtMs >= leastIntervalMs) this.#reconsider(causes);
  }

  #reconsider(causes: readonly ProtectionCause[]): void {
    if (this.#profile !== undefined) this.#decide(this.#profile, causes, false);
  }

  #decide(before: Profile, causes: readonly ProtectionCause[], isStart: boolean): ChosenSettings {
    const nowMs = this.#clock.nowMs();
    this.#decidedAtMs = nowMs;
    const receivers = this.#outlook(before);
    const isPinned = this.#wish?.pinnedProfile !== undefined;
    if (!isPinned) this.#protect(causes, receivers, nowMs);
    const input = this.#input(before, receivers, nowMs);
    const selection = selectWith(this.#equipment, input);
    if (!isPinned) this.#memory = selection.memory;
    const profile = this.#equipment?.profiles.get(selection.profileId) ?? before;
    const isOther = profile !== before;
    if (isOther) this.#links?.startEvidence();
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

  #outlook(before: Profile): ReceiverOutlook[] {
    const all = this.#links?.states(this.#settings ?? before.settings) ?? [];
    const links = this.#settings === undefined ? [] : reported(all);
    if (links.length > 0)
      return this.#outlooks
        .update(links)
        .map((outlook) => ({ ...outlook, conditions: this.#farLinks.complete(outlook.conditions) }));
    return this.#farLinks.presume(all).map((conditions) => ({ conditions }));
  }

  #askFurther(conditions: LinkState | undefined, nowMs: number): void {
    const isPoor = this.#memory['verdict'] === 'poor';
    this.#questions.review(this.#links, conditions, { isPoor, isSending: this.#isSending }, nowMs);
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

function reported(links: readonly LinkState[]): LinkState[] {
  return links.filter(({ reports }) => reports > 0);
}
