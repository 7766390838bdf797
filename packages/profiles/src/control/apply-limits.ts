import type {
  Limit,
  LimitInput,
  LinkState,
  NamedRule,
  PolicyMemory,
  RuleMemory,
} from '@eloquence/plugin-api';
import { isWorse } from './link-quality.js';

const nothing: RuleMemory = Object.freeze({});

/** The memories of all rules while a decision is made. */
export class RuleMemories {
  readonly #before: PolicyMemory;
  readonly #changed: Record<string, RuleMemory> = {};

  constructor(before: PolicyMemory) {
    this.#before = before;
  }

  of(ruleId: string): RuleMemory {
    return this.#changed[ruleId] ?? this.#before[ruleId] ?? nothing;
  }

  /** @param memory absent: it stays */
  note(ruleId: string, memory: RuleMemory | undefined): void {
    if (memory !== undefined) this.#changed[ruleId] = memory;
  }

  all(): PolicyMemory {
    return { ...this.#before, ...this.#changed };
  }
}

/** What all limits together leave of a link. */
export interface LimitedLink {
  /** As its limits say; absent where there is none. */
  readonly link: LinkState | undefined;
  /** The strictest limit of the quality, and the rule that set it; of equals the first. */
  readonly strictest: (Limit & { readonly rule: string }) | undefined;
  readonly bitrateBps: number;
  readonly maxBufferAheadMs: number;
  readonly initialBufferMs: number;
}

/** Asks the limit rules, in their order, how good a link may be taken for. */
export function limitLink(
  rules: readonly NamedRule[],
  input: Omit<LimitInput, 'memory'>,
  memories: RuleMemories,
): LimitedLink {
  const { nowMs, request, links, profiles, config, forecast, quality, isRise } = input;
  let { link } = input;
  let strictest: LimitedLink['strictest'];
  let [bitrateBps, maxBufferAheadMs, initialBufferMs] = [Infinity, Infinity, 0];
  for (const { id, rule } of rules) {
    if (rule.kind !== 'limit') continue;
    // Spelt out: a spread would be a third of a decision's cost.
    const memory = memories.of(id);
    const limit = rule.limit({
      nowMs,
      request,
      links,
      profiles,
      config,
      memory,
      link,
      forecast,
      quality,
      isRise,
    });
    if (limit === undefined) continue;
    memories.note(id, limit.memory);
    if (link !== undefined && limit.capacityBytesPerSecond !== undefined) link = limited(link, limit);
    bitrateBps = Math.min(bitrateBps, limit.bitrateBps ?? Infinity);
    maxBufferAheadMs = Math.min(maxBufferAheadMs, limit.maxBufferAheadMs ?? Infinity);
    initialBufferMs = Math.max(initialBufferMs, limit.initialBufferMs ?? 0);
    const { quality: most } = limit;
    if (most !== undefined && (strictest?.quality === undefined || isWorse(most, strictest.quality)))
      strictest = { ...limit, rule: limit.rule ?? id };
  }
  return { link, strictest, bitrateBps, maxBufferAheadMs, initialBufferMs };
}

function limited(link: LinkState, { capacityBytesPerSecond = Infinity, isAssumption }: Limit): LinkState {
  if (capacityBytesPerSecond >= (link.capacityBytesPerSecond ?? Infinity)) return link;
  return { ...link, capacityBytesPerSecond, ...(isAssumption === true ? { isCapacityPresumed: true } : {}) };
}
