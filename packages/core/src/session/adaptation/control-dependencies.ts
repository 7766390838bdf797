import {
  type AckTimeoutSettings,
  type ControlDecision,
  type ControlInput,
  type ControlOccasion,
  EloquenceError,
  type GroupDecision,
  type Profile,
} from '@eloquence/plugin-api';
import type { CreateForecaster } from './link-forecasts.js';

/** A policy with its rules whose calls cannot fail: `undefined` means that everything stays as it is. */
export interface GuardedPolicy {
  readonly id: string;
  /** Settings of the plugin that contributes it. */
  readonly config: Readonly<Record<string, unknown>>;
  decide(input: ControlInput): ControlDecision | undefined;
  isDue(occasion: ControlOccasion): boolean;
  /** Absent: what the lane takes for one is a missed acknowledgement. */
  readonly ackTimeout?: AckTimeoutSettings | undefined;
}

/** What the loop needs in order to choose. */
export interface ControlDependencies {
  readonly policy: GuardedPolicy;
  readonly createForecaster: CreateForecaster;
  /** What may be chosen, by id. */
  readonly profiles: ReadonlyMap<string, Profile>;
  /** The profile to begin with, while nothing is known. */
  readonly initialProfileId: string;
}

/** @throws EloquenceError `INTERNAL` if there is none at all */
export function initialProfile(dependencies: ControlDependencies | undefined): Profile {
  const { profiles, initialProfileId } = dependencies ?? {};
  const initial = profiles?.get(initialProfileId ?? '') ?? [...(profiles?.values() ?? [])][0];
  if (initial === undefined) throw new EloquenceError('INTERNAL', 'There is no profile to begin with.');
  return initial;
}

/** What may be chosen at this moment. In the midst of an utterance the codec itself stays. */
export function choicesOf(
  dependencies: ControlDependencies | undefined,
  current: Profile,
  isInUtterance: boolean,
): Profile[] {
  const all = [...(dependencies?.profiles.values() ?? [])];
  const { codecId } = current.settings.codec;
  return isInUtterance ? all.filter(({ settings }) => settings.codec.codecId === codecId) : all;
}

/** The profile's own settings, for everybody. */
export function plainGroup(profile: Profile, rule: string, reason: string): GroupDecision {
  return { receivers: [], profileId: profile.id, settings: profile.settings, rule, reason, adjustments: [] };
}

/** Asks the policy, unless the caller has chosen already, or there is none to ask. */
export function decideWith(
  decide: (input: ControlInput) => ControlDecision | undefined,
  input: ControlInput,
): ControlDecision {
  const { memory, request, groups } = input;
  const stay = (rule: string, reason: string): ControlDecision => ({
    groups: groups.map((group) => ({ ...group, rule, reason })),
    memory,
  });
  if (request.pinnedProfileId !== undefined) return stay('pinned', 'The caller asked for it.');
  return decide(input) ?? stay('fallback', 'No policy could be asked.');
}
