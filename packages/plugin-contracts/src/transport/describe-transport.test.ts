import type { Lane, LaneUtterance, Transport, TransportFactory } from '@eloquence/plugin-api';
import { describe, expect, it } from 'vitest';
import { failuresOf } from '../support/contract-rule.js';
import { type PlainFaults, PlainRoom, PlainTransportFactory } from '../testing/plain-transport.js';
import { describeTransport, transportRules } from './describe-transport.js';
import type { TransportSubject } from './transport-subject.js';

const broken: Readonly<Record<string, PlainFaults>> = {
  'accepts its own targets': { acceptsAll: true },
  'says what it is': { kind: 'carrier pigeon' },
  'every sample of an utterance': { lostFrame: 7 },
  'one sample, and durations': { padsLastFrame: true },
  'one utterance after the other': { sameUtteranceSequence: true },
  'when playout starts': { tellsStartTwice: true },
  'reports how playout goes': { isMuteAboutPlayout: true },
  'takes new settings': { stopsAtNewSettings: true },
  'falls silent': { playsCancelled: true },
  'rejects ready()': { isReadyForEver: true },
  'cancelled twice': { forgetsItsEnd: true },
  'gives up opening': { ignoresSignal: true },
  'where nobody listens': { opensToNobody: true },
  'settles everything': { leavesUnsettled: true },
  'after the lane is disposed': { swallowsAfterDispose: true, isReadyForEver: true },
  'no timer and no listener': { leaksTimers: true },
};

function subjectOf(faults: PlainFaults): TransportSubject {
  return {
    name: 'plain',
    limitMs: 200,
    createFactory: () => new PlainTransportFactory(faults),
    openHarness(receivers) {
      const room = new PlainRoom(receivers);
      return { target: room, heardSamples: () => room.heardSamples, dispose: () => undefined };
    },
  };
}

const never = <T>(): Promise<T> => new Promise(() => undefined);
const opening = (openLane: Transport['openLane']) => (): Transport => ({
  openLane,
  dispose: () => undefined,
});
const lane: Partial<Lane> = { kind: 'data', canReceive: () => true, dispose: () => undefined };

/** Transports that keep one waiting, or are none. */
const hostile: Readonly<Record<string, readonly [TransportFactory['create'], RegExp]>> = {
  'throws when it is made': [
    () => {
      throw new Error('no way');
    },
    /no way/,
  ],
  'is none': [() => ({}) as Transport, /is not a function/],
  'never opens': [opening(never), /opening the lane takes more than 200 ms/],
  'opens nothing': [opening(async () => ({}) as Lane), /is not a function/],
  'opens a lane that never has room': [
    opening(async () => ({
      ...(lane as Lane),
      openUtterance: () => ({ ready: never, cancel: () => undefined }) as unknown as LaneUtterance,
    })),
    /credit for frame 0 takes more than 200 ms/,
  ],
};

describe('describeTransport', () => {
  it('finds nothing wrong with a right transport', async () => {
    expect(await failuresOf((framework) => describeTransport(framework, subjectOf({})))).toEqual([]);
  });

  it('has a broken transport for each rule', () => {
    for (const rule of transportRules) {
      expect(Object.keys(broken).filter((words) => rule.title.includes(words))).toHaveLength(1);
    }
    expect(Object.keys(broken)).toHaveLength(transportRules.length);
  });

  it.each(Object.keys(broken))('rejects a transport that breaks "%s"', async (words) => {
    const rule = transportRules.find(({ title }) => title.includes(words))!;
    await expect(Promise.resolve().then(() => rule.check(subjectOf(broken[words]!)))).rejects.toThrow();
  });

  it.each(Object.keys(hostile))('fails, and ends, with a transport that %s', async (what) => {
    const [create, symptom] = hostile[what]!;
    const subject = { ...subjectOf({}), createFactory: () => ({ accepts: () => true, create }) };
    const failures = await failuresOf((framework) => describeTransport(framework, subject));
    const carries = failures.find(({ title }) => title.startsWith('carries every sample'));
    expect(String(carries?.error)).toMatch(symptom);
  });
});
