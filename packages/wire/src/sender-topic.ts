import { wireTopic } from './packet-type.js';

/**
 * Topic of packets whose sender may not be known yet: `e:<identity of the sender>`, instead of `e`.
 *
 * A LiveKit server tells the room about participants without tracks in batches, up to 3 s after they joined
 * (livekit-server v1.13, `subscriberUpdateInterval`), and a client does not name the sender of data that it has not
 * been told about.
 */
export function senderTopic(identity: string): string {
  return `${wireTopic}:${identity}`;
}

/** What a topic says: nothing for other topics, else the identity that the sender claims, if it claims one. */
export function readSenderTopic(topic: string | undefined): { readonly claimed?: string } | undefined {
  if (topic === wireTopic) return {};
  const prefix = senderTopic('');
  return topic?.startsWith(prefix) === true ? { claimed: topic.slice(prefix.length) } : undefined;
}

const utf8 = new TextEncoder();

/** Bytes by which {@link senderTopic} is longer than the plain topic. */
export function senderTopicExtraBytes(identity: string): number {
  return 1 + utf8.encode(identity).length;
}
