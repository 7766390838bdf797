import type { PluginDescriptor } from '@eloquence/plugin-api';
import type { LaneChoice } from './speak-options.js';
import type { OpenSoundSpeaker } from '../speaker/sound-speaker.js';

/** An arm of a run: a lane, perhaps with a profile of its own, or a way of speaking that the caller brings along. */
export type RunArm =
  | {
      readonly lane: LaneChoice;
      readonly profile?: string;
      /** Plugins of the speaker's own, beside the default ones or in their place. */
      readonly plugins?: readonly PluginDescriptor[];
    }
  | {
      readonly lane: 'own';
      /** Part of the room's name, and what progress calls it. */
      readonly name: string;
      /** Speaks through an audio track; needs a server. */
      readonly open: OpenSoundSpeaker;
    };

/** The arms of a run with what tells them apart; a single one needs nothing. */
export interface LabelledArm {
  readonly arm: RunArm;
  readonly label: string | undefined;
}

/** Arms on the same lane are numbered. */
export function labelArms(arms: readonly RunArm[]): readonly LabelledArm[] {
  if (arms.length === 1) return arms.map((arm) => ({ arm, label: undefined }));
  const names = arms.map((arm) => (arm.lane === 'own' ? arm.name : arm.lane));
  return arms.map((arm, at) => {
    const name = names[at]!;
    const isAlone = names.filter((other) => other === name).length === 1;
    return { arm, label: isAlone ? name : `${name}-${at + 1}` };
  });
}
