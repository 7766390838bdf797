import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readSenderTopic, senderTopic, senderTopicExtraBytes, wireTopic } from './index.js';

describe('the topic of a sender', () => {
  it('names any identity, and is as long as it says', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (identity) => {
        const topic = senderTopic(identity);
        expect(readSenderTopic(topic)).toEqual({ claimed: identity });
        expect(Buffer.byteLength(topic)).toBe(wireTopic.length + senderTopicExtraBytes(identity));
      }),
    );
  });

  it('may be left out, and is told from other topics', () => {
    expect(readSenderTopic(wireTopic)).toEqual({});
    for (const topic of [undefined, '', 'chat', 'e2', 'x:e', 'E'])
      expect(readSenderTopic(topic)).toBeUndefined();
  });
});
