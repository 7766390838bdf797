import { type AccessNetwork, type AccessNetworkOptions, startAccessNetwork } from '@eloquence/netlab';
import { type PlayerPage, type PlayerHarness, digestOf, pcmSource, sourceRateHz } from './player-harness.js';
import { speechSignal } from './speech-signal.js';

export interface FirstSampleOptions {
  readonly link: 'A' | 'B';
  readonly count: number;
  readonly seed: number;
  /** How fast the source speaks, as a multiple of real time. */
  readonly timesRealTime: number;
  readonly onUtterance?: (index: number, firstSampleMs: number) => void;
}

export interface FirstSampleFigures {
  /** First PCM handed over → first sample out of the worklet, for each utterance in its turn, ms. */
  readonly firstSampleMs: readonly number[];
  /** First sample out of the worklet → last PCM handed over, ms: above 0, speech was heard while it was spoken. */
  readonly beforeEndMs: readonly number[];
  /** How far the clocks of page and sender may be apart from what was assumed, ms. */
  readonly clockErrorMs: number;
  readonly framesLost: number;
  readonly framesDuplicated: number;
  readonly stalls: number;
  readonly differentDigests: number;
  /** Packets that went through the emulated link. */
  readonly rewrites: number;
}

const utteranceMs = 1200;

/**
 * Measures the time to first audio in a browser behind an emulated link. The page tells when the first sample left the
 * worklet, on its own clock; the sender, when it handed over the first PCM. Before each utterance both clocks are
 * compared by the quickest of 40 questions, which is right to half the time that it took.
 */
export async function measureFirstSample(
  harness: PlayerHarness,
  { link, count, seed, timesRealTime, onUtterance }: FirstSampleOptions,
): Promise<FirstSampleFigures> {
  const network = await openNetwork(harness, link, seed);
  try {
    const room = harness.newRoomName();
    const page = await harness.listen({
      room,
      url: network.url,
      isIsolated: true,
      sampleRateHz: 48_000,
      record: false,
    });
    const streamer = await harness.speaker(room, 'agent', { profile: 'ULTRA_PERFORMANCE' });
    const firstSampleMs: number[] = [];
    const beforeEndMs: number[] = [];
    const totals = { framesLost: 0, framesDuplicated: 0, stalls: 0, differentDigests: 0 };
    let clockErrorMs = 0;
    for (let at = 0; at < count; at++) {
      const { offsetMs, errorMs } = await page.clockOffset();
      let firstPcmAtMs = 0;
      let lastPcmAtMs = 0;
      const source = pcmSource(
        speechSignal(utteranceMs, sourceRateHz, at),
        timesRealTime,
        (atMs) => (firstPcmAtMs = atMs),
      );
      const utterance = streamer.say(withEnd(source, () => (lastPcmAtMs = performance.now())));
      const digest = digestOf(utterance);
      await utterance.done;
      const { started, finished } = await eventsOf(page, at);
      totals.framesLost += Number(finished['framesLost']);
      totals.framesDuplicated += Number(finished['framesDuplicated']);
      totals.stalls += Number(finished['stalls']);
      if ((await page.takeDigest()).digest !== digest()) totals.differentDigests++;
      const startedAtMs = Number(started['atMs']) - offsetMs;
      firstSampleMs.push(startedAtMs - firstPcmAtMs);
      beforeEndMs.push(lastPcmAtMs - startedAtMs);
      clockErrorMs = Math.max(clockErrorMs, errorMs);
      onUtterance?.(at, firstSampleMs.at(-1)!);
    }
    const { rewrites } = await network.stats();
    return { firstSampleMs, beforeEndMs, clockErrorMs, ...totals, rewrites };
  } finally {
    await harness.clear();
    await network.close();
  }
}

async function openNetwork(harness: PlayerHarness, link: 'A' | 'B', seed: number): Promise<AccessNetwork> {
  const { url, udpPort, tcpPort } = harness.server;
  if (udpPort === undefined) throw new Error('The emulated link needs the UDP port of the server.');
  const options: AccessNetworkOptions = {
    serverUrl: url,
    serverUdpPort: udpPort,
    ...(tcpPort === undefined ? {} : { serverTcpPort: tcpPort }),
    link,
    seed,
  };
  return startAccessNetwork(options);
}

async function eventsOf(page: PlayerPage, at: number) {
  const started = (await page.waitFor('StartPlayout', at + 1))[at]!;
  const finished = (await page.waitFor('FinishUtterance', at + 1))[at]!;
  return { started, finished };
}

async function* withEnd<T>(source: AsyncIterable<T>, onEnd: () => void): AsyncGenerator<T> {
  for await (const item of source) {
    onEnd();
    yield item;
  }
}
