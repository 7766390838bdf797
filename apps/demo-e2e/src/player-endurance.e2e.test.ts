import { type AccessNetwork, startAccessNetwork } from '@eloquence/netlab';
import { afterAll, describe, expect, it } from 'vitest';
import { PlayerRig, pcmSource, sourceRateHz } from './testing/player-rig.js';
import { speechSignal } from './testing/speech-signal.js';

const rig = await PlayerRig.start();
/** How long it speaks without a break, s; 600 for the full measurement. */
const seconds = Number(process.env['ELOQUENCE_ENDURANCE_SECONDS'] ?? 10);
const utteranceMs = 10_000;

describe.skipIf(rig === undefined)('continuous speech on link B', () => {
  let network: AccessNetwork | undefined;
  afterAll(async () => {
    await rig!.clear();
    await network?.close();
    await rig!.stop();
  });

  it(
    'does not stall, holds its memory, and leaves the main thread alone',
    async () => {
      const { url, udpPort, tcpPort } = rig!.server;
      network = await startAccessNetwork({
        serverUrl: url,
        serverUdpPort: udpPort!,
        ...(tcpPort === undefined ? {} : { serverTcpPort: tcpPort }),
        link: 'B',
        seed: 7,
      });
      const room = rig!.newRoomName();
      const page = await rig!.listen({
        room,
        url: network.url,
        record: false,
        options: { reportsFrames: false },
      });
      const streamer = await rig!.speaker(room);
      const pcm = speechSignal(utteranceMs, sourceRateHz);
      // The first utterance warms everything up.
      await streamer.say(pcmSource(pcm, 4)).done;
      const heapBefore = await rig!.heapBytes();
      const tasksBefore = (await page.call<unknown[]>('longTasks')).length;
      let stalledMs = 0;
      let framesLost = 0;
      const count = Math.ceil((seconds * 1000) / utteranceMs);
      for (let at = 0; at < count; at++) {
        const metrics = await streamer.say(pcmSource(pcm, 4)).done;
        stalledMs += metrics.stalledMs;
        framesLost += metrics.framesLost;
      }
      const growth = (await rig!.heapBytes()) - heapBefore;
      const tasks = (await page.call<{ duration: number }[]>('longTasks')).slice(tasksBefore);
      const stability = 100 * (1 - stalledMs / (count * utteranceMs));
      console.log(
        `${count * 10} s on B: stability ${stability.toFixed(2)} %, heap ${(growth / 1e6).toFixed(2)} MB more, ` +
          `${tasks.length} tasks above 50 ms`,
      );
      expect(framesLost).toBe(0);
      expect(stability).toBeGreaterThanOrEqual(99.5);
      expect(growth).toBeLessThan(5_000_000);
      expect(tasks).toEqual([]);
    },
    (seconds + 60) * 1500,
  );
});
