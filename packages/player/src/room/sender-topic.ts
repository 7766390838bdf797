import { wireTopic } from '@eloquence/wire';

/**
 * A server tells about participants without tracks up to 3 s late, and until then a client cannot name the sender of
 * their data. So a participant that may not be known yet puts its identity behind the topic: `e:<identity>`.
 */
export function introducingTopic(identity: string): string {
  return `${wireTopic}:${identity}`;
}

/** Nothing if the topic is not ours; else what identity it claims, if any. */
export function readTopic(topic: string | undefined): { readonly claimed?: string } | undefined {
  if (topic === wireTopic) return {};
  const prefix = introducingTopic('');
  return topic?.startsWith(prefix) === true ? { claimed: topic.slice(prefix.length) } : undefined;
}
