import type { GroupDecision, GroupMerge, ReceiverSettings, StreamSettings } from '@eloquence/plugin-api';

/** Settings that concern the way to one receiver. All others are of the one encoding that everybody is sent. */
const ofReceiver: readonly (keyof StreamSettings)[] = ['redundancy', 'window'];

/**
 * What becomes of several groups where speech is encoded once. The encoding is the first group's. What concerns the way to
 * single receivers is their own group's where the lane and the group allow it; the rest is merged into the first group.
 */
export function applyGroups(
  [first, ...others]: readonly GroupDecision[],
  isPerReceiver: (group: GroupDecision) => boolean,
): { readonly receiverSettings: readonly ReceiverSettings[]; readonly merges: readonly GroupMerge[] } {
  const receiverSettings: ReceiverSettings[] = [];
  const merges: GroupMerge[] = [];
  for (const group of first === undefined ? [] : others) {
    const { receivers, profileId, settings } = group;
    const { redundancy, window } = settings;
    const isOwn = isPerReceiver(group);
    if (isOwn) receiverSettings.push({ receivers, settings: { ...first!.settings, redundancy, window } });
    const names = Object.keys(settings) as (keyof StreamSettings)[];
    const ignored = names.filter(
      (name) =>
        !(isOwn && ofReceiver.includes(name)) &&
        JSON.stringify(settings[name]) !== JSON.stringify(first!.settings[name]),
    );
    if (ignored.length > 0) merges.push({ receivers, profileId, into: first!.profileId, ignored });
  }
  return { receiverSettings, merges };
}
