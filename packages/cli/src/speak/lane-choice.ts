import { didYouMean } from '@eloquence/base';
import { EloquenceError } from '@eloquence/plugin-api';
import type { LaneChoice } from '@eloquence/testbed';

export const LANE_CHOICES: readonly LaneChoice[] = ['auto', 'data', 'media', 'legacy'];

/**
 * Reads `--lane` values, each one lane or several with commas between them.
 *
 * @returns each lane once, in the order given; `auto` for no value.
 * @throws EloquenceError `LANE_UNKNOWN`, naming the nearest lane.
 */
export function parseLanes(values: readonly string[]): readonly LaneChoice[] {
  const lanes = new Set<LaneChoice>();
  for (const name of values.flatMap((value) => value.split(','))) lanes.add(parseLane(name.trim()));
  return lanes.size === 0 ? ['auto'] : [...lanes];
}

function parseLane(name: string): LaneChoice {
  const lane = LANE_CHOICES.find((choice) => choice === name);
  if (lane === undefined) {
    throw new EloquenceError('LANE_UNKNOWN', `There is no lane '${name}'.`, {
      value: name,
      hint: didYouMean(name, LANE_CHOICES),
    });
  }
  return lane;
}
