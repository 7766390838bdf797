import { wireTopic } from '@eloquence/wire';

/**
 * Topics under which packets travel: `e`, or `e:<identity of the sender>`.
 *
 * A server tells the room about participants without tracks in batches, up to 3 s after they joined
 * (livekit-server v1.13, `subscriberUpdateInterval`), and a client does not name the sender of data that it has not
 * been told about. So a sender that may not be known yet puts its identity into the topic.
 */
export function senderTopic(identity: string): string {
  return `${wireTopic}:${identity}`;
}

/** What the topic says: nothing for other topics, else the identity that the sender claims, if it claims one. */
export function readSenderTopic(topic: string | undefined): { readonly claimed?: string } | undefined {
  if (topic === wireTopic) return {};
  if (topic === undefined || !topic.startsWith(`${wireTopic}:`)) return undefined;
  return { claimed: topic.slice(wireTopic.length + 1) };
}

const utf8 = new TextEncoder();

/** Bytes by which {@link senderTopic} is longer than the plain topic. */
export function senderTopicExtraBytes(identity: string): number {
  return 1 + utf8.encode(identity).length;
}
