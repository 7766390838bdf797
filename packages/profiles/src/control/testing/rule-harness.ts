import type {
  Adjustment,
  AdjustmentInput,
  AdjustmentRule,
  ControlRequest,
  LinkEvent,
  LinkState,
  ProbeInput,
  ProbeOpinion,
  ProbeRule,
  RuleMemory,
  StreamSettings,
} from '@eloquence/plugin-api';
import { profileSettings } from '@eloquence/plugin-contracts';

const request: ControlRequest = { scenario: 'conversation', labels: {}, phase: 'sending', bufferAheadMs: 0 };
const common = { request, links: [], profiles: [], config: {} };

export const testSettings: StreamSettings = profileSettings();

export function someEvent(changes: Partial<LinkEvent>): LinkEvent {
  return {
    ...{ receivers: ['ear'], atMs: 0, source: 'report' },
    ...{ isAlarm: false, newLosses: 0, lossPercentBefore: 0, newStalls: 0 },
    ...changes,
  };
}

/** Asks an adjustment rule and keeps its memory. */
export class AdjustmentHarness {
  memory: RuleMemory = {};

  constructor(
    readonly rule: AdjustmentRule,
    readonly settings = testSettings,
  ) {}

  ask(nowMs: number, link?: Partial<LinkState>, more: Partial<AdjustmentInput> = {}): Adjustment {
    const state = link as LinkState | undefined;
    const adjustment = this.rule.adjust({
      ...{ ...common, nowMs, link: state, links: state === undefined ? [] : [state] },
      ...{ settings: this.settings, forecasts: {}, events: [], memory: this.memory },
      ...more,
    });
    this.memory = adjustment?.memory ?? this.memory;
    return adjustment ?? {};
  }
}

/** Asks a probe rule and keeps its memory. */
export class ProbeHarness {
  memory: RuleMemory = {};

  constructor(readonly rule: ProbeRule) {}

  ask(nowMs: number, link: LinkState | undefined, more: Partial<ProbeInput> = {}): ProbeOpinion['request'] {
    const input: ProbeInput = { ...common, nowMs, link, quality: 'fair', memory: this.memory, ...more };
    const opinion = this.rule.probe(input);
    this.memory = opinion?.memory ?? this.memory;
    return opinion?.request;
  }
}
