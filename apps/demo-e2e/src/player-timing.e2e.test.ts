import { type AccessNetwork, startAccessNetwork } from '@eloquence/netlab';
import { afterAll, afterEach, describe, expect, it, onTestFailed } from 'vitest';
import { PlayerRig, digestOf, pcmSource, sourceRateHz } from './testing/player-rig.js';
import { speechSignal } from './testing/speech-signal.js';

const rig = await PlayerRig.start();
const utterances = 7;
/** Render quantum of 128 samples at 48 kHz. */
const quantumMs = 128 / 48;

describe.skipIf(rig === undefined)('the first sample out of the worklet', () => {
  let network: AccessNetwork | undefined;
  afterEach(async () => {
    await rig!.clear();
    await network?.close();
    network = undefined;
  });
  afterAll(() => rig!.stop());

  it.each([
    ['A', 42],
    ['B', 78],
  ] as const)('comes in time on link %s', { retry: 2 }, async (link, limitMs) => {
    const { url, udpPort, tcpPort } = rig!.server;
    network = await startAccessNetwork({
      serverUrl: url,
      serverUdpPort: udpPort!,
      ...(tcpPort === undefined ? {} : { serverTcpPort: tcpPort }),
      link,
      seed: 1,
    });
    const room = rig!.newRoomName();
    const page = await rig!.listen({
      room,
      url: network.url,
      isIsolated: true,
      sampleRateHz: 48_000,
      record: false,
    });
    onTestFailed(async () =>
      console.log(JSON.stringify((await page.events()).slice(-6)), JSON.stringify(await page.call('stats'))),
    );
    const streamer = await rig!.speaker(room, 'agent', { profile: 'ULTRA_PERFORMANCE' });
    const offset = await page.clockOffset();
    const times: number[] = [];
    for (let count = 0; count < utterances; count++) {
      let firstPcmAtMs = 0;
      const utterance = streamer.say(
        pcmSource(speechSignal(1200, sourceRateHz, count), 4, (atMs) => (firstPcmAtMs = atMs)),
      );
      const digest = digestOf(utterance);
      await utterance.done;
      const started = (await page.waitFor('StartPlayout', count + 1)).at(-1)!;
      const finished = (await page.waitFor('FinishUtterance', count + 1)).at(-1)!;
      expect(finished).toMatchObject({ outcome: 'complete', framesLost: 0, framesDuplicated: 0 });
      expect((await page.takeDigest()).digest).toBe(digest());
      times.push(Number(started['atMs']) - offset.offsetMs - firstPcmAtMs);
    }
    times.sort((a, b) => a - b);
    const medianMs = times[utterances >> 1]!;
    console.log(
      `link ${link}: first sample out after ${times.map((ms) => ms.toFixed(1)).join(', ')} ms; ` +
        `clocks known to ±${offset.errorMs.toFixed(2)} ms`,
    );
    expect((await network.stats()).rewrites).toBeGreaterThan(0);
    expect(offset.errorMs).toBeLessThan(3);
    expect(medianMs).toBeLessThanOrEqual(limitMs + quantumMs + offset.errorMs);
  });
});
