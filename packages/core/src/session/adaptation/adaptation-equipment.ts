import { EloquenceError, type Profile, type Selection, type SelectionInput } from '@eloquence/plugin-api';
import type { CreateForecaster } from './outlooks.js';

/** A selector whose calls cannot fail: `undefined` means that everything stays as it is. */
export interface GuardedSelector {
  readonly id: string;
  select(input: SelectionInput): Selection | undefined;
}

/** What the loop needs in order to choose. */
export interface AdaptationEquipment {
  readonly selector: GuardedSelector;
  readonly createForecaster: CreateForecaster;
  /** What may be chosen, by id. */
  readonly profiles: ReadonlyMap<string, Profile>;
  /** The profile to begin with, while nothing is known. */
  readonly initialProfileId: string;
}

/** @throws EloquenceError `INTERNAL` if there is none at all */
export function initialProfile(equipment: AdaptationEquipment | undefined): Profile {
  const { profiles, initialProfileId } = equipment ?? {};
  const initial = profiles?.get(initialProfileId ?? '') ?? [...(profiles?.values() ?? [])][0];
  if (initial === undefined) throw new EloquenceError('INTERNAL', 'There is no profile to begin with.');
  return initial;
}

/** What may be chosen at this moment. In the midst of an utterance the codec itself stays. */
export function choicesOf(
  equipment: AdaptationEquipment | undefined,
  current: Profile,
  isInUtterance: boolean,
): SelectionInput['profiles'] {
  const all = [...(equipment?.profiles.values() ?? [])];
  const { codecId } = current.settings.codec;
  const fitting = isInUtterance ? all.filter(({ settings }) => settings.codec.codecId === codecId) : all;
  return fitting.map(({ id, settings }) => ({ id, bitrateBps: settings.codec.bitrateBps }));
}

/** Asks the selector, unless the caller has chosen already. */
export function selectWith(equipment: AdaptationEquipment | undefined, input: SelectionInput): Selection {
  if (input.pinnedProfileId !== undefined) return pinned(input, input.pinnedProfileId);
  return equipment?.selector.select(input) ?? stay(input);
}

function pinned(input: SelectionInput, profileId: string): Selection {
  return { profileId, priority: 3, rule: 'pinned', reason: 'The caller asked for it.', memory: input.memory };
}

/** What is chosen where no selector can be asked. */
function stay(input: SelectionInput): Selection {
  return {
    profileId: input.currentProfileId,
    priority: 0,
    reason: 'No selector could be asked.',
    rule: 'fallback',
    memory: input.memory,
  };
}
