import type { ForecastCalibration } from '@eloquence/base';
import {
  type Clock,
  type ControlDecision,
  type ControlInput,
  type ControlPhase,
  type Decision,
  type Disposable,
  Emitter,
  type GroupDecision,
  type GroupMerge,
  type Lane,
  type LaneUtterance,
  type LinkEvent,
  type LinkSource,
  type LinkState,
  type PolicyMemory,
  type Profile,
  type ReceiverSettings,
  type Scenario,
  type StreamSettings,
} from '@eloquence/plugin-api';
import {
  type ControlDependencies,
  choicesOf,
  decideWith,
  initialProfile,
  plainGroup,
} from './control-dependencies.js';
import { DecisionLog } from './decision-log.js';
import { applyGroups } from './group-settings.js';
import { LinkForecasts } from './link-forecasts.js';

/** Events between two decisions that are remembered: the latest. */
const maxEvents = 64;

/** What an utterance asks for. */
export interface UtteranceRequest {
  readonly utteranceId: number;
  readonly scenario: Scenario;
  readonly labels?: Readonly<Record<string, string>> | undefined;
  /** Fixed settings: neither the profile nor anything in it is changed. */
  readonly pinnedProfile?: Profile | undefined;
}

/** What an utterance runs on. */
export interface ChosenSettings {
  readonly profile: Profile;
  /** The profile's settings, limited and adjusted. */
  readonly settings: StreamSettings;
  /** Receivers with settings of their own. */
  readonly receiverSettings: readonly ReceiverSettings[];
}

/** An utterance on its way, which can be given other settings. */
export interface AdaptableStream {
  readonly lane: Lane;
  readonly laneUtterance: LaneUtterance;
  /** Applies from the next packet on. */
  readonly apply: (chosen: ChosenSettings) => void;
}

/**
 * Feeds what is known of the links to the policy, applies what it decides, and logs both: one loop for a session. It
 * knows no threshold, no profile, and nothing of what the policy remembers.
 */
export class AdaptationLoop implements Disposable {
  readonly log = new DecisionLog();
  readonly #clock: Clock;
  readonly #onDidDecide = new Emitter<Decision>();
  readonly #onDidMergeGroup = new Emitter<GroupMerge>();
  #dependencies: ControlDependencies | undefined;
  #forecasts = new LinkForecasts(() => undefined);
  #memory: PolicyMemory = {};
  #links: LinkSource | undefined;
  #isPerReceiver = false;
  #events: LinkEvent[] = [];
  #profile: Profile | undefined;
  /** In force; the first one decides on the encoding. */
  #groups: readonly GroupDecision[] = [];
  #request: UtteranceRequest | undefined;
  #stream: AdaptableStream | undefined;
  #isSending = false;
  #decidedAtMs = Number.NEGATIVE_INFINITY;

  readonly onDidDecide = this.#onDidDecide.event;
  readonly onDidMergeGroup = this.#onDidMergeGroup.event;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Gives the means to choose. Until then only pinned profiles can be begun with. */
  useDependencies(dependencies: ControlDependencies): void {
    this.#dependencies = dependencies;
    this.#forecasts = new LinkForecasts(dependencies.createForecaster);
    this.#configureLinks();
  }

  /** The links that have reported, as they are known at this moment. */
  conditions(): readonly LinkState[] {
    const [group] = this.#groups;
    return group === undefined ? [] : this.#states(group.settings).filter(({ reports }) => reports > 0);
  }

  /** How well the forecasts of this session were borne out. */
  calibration(): ForecastCalibration {
    return this.#forecasts.calibration();
  }

  /**
   * Chooses what the next utterance begins with.
   *
   * @throws EloquenceError `INTERNAL` without a pinned profile before {@link equip}
   */
  begin(request: UtteranceRequest): ChosenSettings {
    this.#endStream();
    this.#request = request;
    if (request.pinnedProfile !== undefined) this.#profile = request.pinnedProfile;
    else if (this.#profile === undefined || !this.#dependencies?.profiles.has(this.#profile.id))
      this.#profile = initialProfile(this.#dependencies);
    return this.#decide(this.#profile, 'start');
  }

  /** Learns of the links of this lane, until disposed. */
  attach({ links, capabilities }: Lane): Disposable {
    this.#links = links;
    this.#isPerReceiver = capabilities.perReceiver;
    this.#configureLinks();
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
    this.#reconsider();
  }

  dispose(): void {
    this.#endStream();
    this.#onDidDecide.dispose();
    this.#onDidMergeGroup.dispose();
  }

  #configureLinks(): void {
    const { ackTimeout } = this.#dependencies?.policy ?? {};
    if (ackTimeout !== undefined) this.#links?.setAckTimeout(ackTimeout);
  }

  #endStream(): void {
    this.#stream = undefined;
    this.#isSending = false;
    this.#events = [];
    this.#forecasts.endUtterance();
    if (
      this.#profile !== undefined &&
      this.#request !== undefined &&
      this.#request.pinnedProfile === undefined
    )
      this.#decide(this.#profile, 'idle');
  }

  #observed(event: LinkEvent): void {
    if (this.#stream === undefined) return;
    this.#events.push(event);
    if (this.#events.length > maxEvents) this.#events.shift();
    const { policy } = this.#dependencies ?? {};
    const [nowMs, decidedAtMs, events] = [event.atMs, this.#decidedAtMs, this.#events];
    const isDue = policy?.isDue({ nowMs, decidedAtMs, events, config: policy.config }) ?? true;
    if (isDue) this.#reconsider();
  }

  #reconsider(): void {
    if (this.#stream !== undefined && this.#profile !== undefined)
      this.#decide(this.#profile, this.#isSending ? 'sending' : 'sent');
  }

  #decide(before: Profile, phase: ControlPhase): ChosenSettings {
    const isStart = phase === 'start';
    const inForce = this.#groups;
    const begun = isStart || inForce.length === 0;
    const groups = begun ? [plainGroup(before, 'start', 'An utterance begins.')] : inForce;
    const group = groups[0]!;
    const input = this.#input(before, groups, phase, this.#states((inForce[0] ?? group).settings));
    const output = decideWith((given) => this.#dependencies?.policy.decide(given), input);
    if (phase !== 'idle') this.#decidedAtMs = input.nowMs;
    this.#events = [];
    this.#memory = output.memory;
    if (output.probes !== undefined) this.#links?.probe(output.probes);
    const profile = this.#profileOf(output.groups[0] ?? group, before);
    // Settings of a profile that there is not are not taken up.
    const first = output.groups.find(({ profileId }) => profileId === profile.id) ?? group;
    const next = [first, ...output.groups.filter((one) => one !== first)];
    const isOther = profile !== before;
    const areNew = !isSameSettings(inForce, next);
    if (isOther) this.#links?.startEvidence();
    if (phase === 'idle') {
      if (output.probes !== undefined) this.#note('probes', input, output, false);
      return { profile: before, settings: group.settings, receiverSettings: [] };
    }
    this.#profile = profile;
    this.#groups = next;
    const { receiverSettings, merges } = applyGroups(
      next,
      (one) => this.#isPerReceiver && this.#profileOf(one, profile).id === one.profileId,
    );
    const chosen = { profile, settings: first.settings, receiverSettings };
    if (isStart || isOther) this.#note('profile', input, output, areNew);
    else if (areNew) this.#note('settings', input, output, true);
    else if (output.probes !== undefined) this.#note('probes', input, output, false);
    if (isStart || areNew) for (const merge of merges) this.#onDidMergeGroup.fire(merge);
    if (areNew && !isStart) this.#stream?.apply(chosen);
    return chosen;
  }

  #profileOf({ profileId }: GroupDecision, before: Profile): Profile {
    return profileId === before.id ? before : (this.#dependencies?.profiles.get(profileId) ?? before);
  }

  #input(
    current: Profile,
    groups: readonly GroupDecision[],
    phase: ControlPhase,
    links: readonly LinkState[],
  ): ControlInput {
    const nowMs = this.#clock.nowMs();
    const { utteranceId, scenario = 'conversation', labels = {}, pinnedProfile } = this.#request ?? {};
    return {
      nowMs,
      links,
      events: this.#events,
      forecasts: phase === 'idle' ? {} : this.#forecasts.update(links),
      profiles: choicesOf(this.#dependencies, current, this.#stream !== undefined),
      groups,
      request: {
        ...{ scenario, labels, phase, bufferAheadMs: this.#stream?.laneUtterance.bufferAheadMs ?? 0 },
        ...(utteranceId === undefined ? {} : { utteranceId }),
        ...(pinnedProfile === undefined ? {} : { pinnedProfileId: pinnedProfile.id }),
      },
      config: this.#dependencies?.policy.config ?? {},
      memory: this.#memory,
    };
  }

  #states(settings: StreamSettings): readonly LinkState[] {
    return this.#links?.states(settings) ?? [];
  }

  #note(kind: Decision['kind'], input: ControlInput, output: ControlDecision, applied: boolean): void {
    const { utteranceId } = input.request;
    const decision = this.log.add({
      atMs: input.nowMs,
      ...(utteranceId === undefined ? {} : { utteranceId }),
      ...{ kind, policy: this.#dependencies?.policy.id ?? '', input, output, applied },
    });
    this.#onDidDecide.fire(decision);
  }
}

/** Whether there is nothing to be taken up anew. */
function isSameSettings(before: readonly GroupDecision[], next: readonly GroupDecision[]): boolean {
  return before.length === next.length && next.every((group, at) => isSameGroup(before[at]!, group, at > 0));
}

/** @param isForSome the group holds for the receivers that it names, rather than for all others */
function isSameGroup(before: GroupDecision, next: GroupDecision, isForSome: boolean): boolean {
  if (before.settings !== next.settings && JSON.stringify(before.settings) !== JSON.stringify(next.settings))
    return false;
  const marks = ({ adjustments, receivers }: GroupDecision): unknown[] => [
    adjustments.map(({ token }) => token),
    isForSome ? receivers : [],
  ];
  return JSON.stringify(marks(before)) === JSON.stringify(marks(next));
}
