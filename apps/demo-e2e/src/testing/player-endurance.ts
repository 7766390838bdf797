import { startAccessNetwork } from '@eloquence/netlab';
import { type PlayerHarness, pcmSource, sourceRateHz } from './player-harness.js';
import { speechSignal } from './speech-signal.js';

export interface EnduranceFigures {
  readonly seconds: number;
  readonly framesLost: number;
  readonly stalledMs: number;
  /** 100 · (1 − stalled time / speech time). */
  readonly stability: number;
  /** Script memory of the page, after garbage is collected: how much more at the end, bytes. */
  readonly heapGrowthBytes: number;
  /** Tasks of the page's main thread above 50 ms. */
  readonly longTasks: number;
}

const utteranceMs = 10_000;

/** Speaks without a break on link B into a page, for so many seconds after a first utterance that warms up. */
export async function measureEndurance(harness: PlayerHarness, seconds: number): Promise<EnduranceFigures> {
  const { url, udpPort, tcpPort } = harness.server;
  if (udpPort === undefined) throw new Error('The emulated link needs the UDP port of the server.');
  const network = await startAccessNetwork({
    serverUrl: url,
    serverUdpPort: udpPort,
    ...(tcpPort === undefined ? {} : { serverTcpPort: tcpPort }),
    link: 'B',
    seed: 7,
  });
  try {
    const room = harness.newRoomName();
    const page = await harness.listen({
      room,
      url: network.url,
      record: false,
      options: { reportsFrames: false },
    });
    const streamer = await harness.speaker(room);
    const pcm = speechSignal(utteranceMs, sourceRateHz);
    await streamer.say(pcmSource(pcm, 4)).done;
    const heapBefore = await harness.heapBytes();
    const tasksBefore = (await page.call<unknown[]>('longTasks')).length;
    let stalledMs = 0;
    let framesLost = 0;
    const count = Math.ceil((seconds * 1000) / utteranceMs);
    for (let at = 0; at < count; at++) {
      const metrics = await streamer.say(pcmSource(pcm, 4)).done;
      stalledMs += metrics.stalledMs;
      framesLost += metrics.framesLost;
    }
    return {
      seconds: (count * utteranceMs) / 1000,
      framesLost,
      stalledMs,
      stability: 100 * (1 - stalledMs / (count * utteranceMs)),
      heapGrowthBytes: (await harness.heapBytes()) - heapBefore,
      longTasks: (await page.call<unknown[]>('longTasks')).length - tasksBefore,
    };
  } finally {
    await harness.clear();
    await network.close();
  }
}
