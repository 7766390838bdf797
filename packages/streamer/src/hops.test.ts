import { VirtualClock, delay } from '@eloquence/base';
import type { ControlInput, LaneReport, LinkEvent, LinkState, PcmChunk } from '@eloquence/plugin-api';
import { createCallbackSink, createSpeechReceiver } from '@eloquence/playout';
import { SimulatedRoom, simulatedTarget, simulatedTransportPlugin } from '@eloquence/simulated-transport';
import { type ReportPacket, decodePacket } from '@eloquence/wire';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { AdaptiveAudioStreamer } from './adaptive-audio-streamer.js';
import { CallTrace, type Hop, isSame, named } from './testing/call-trace.js';
import { withDefaultPlugins } from './default-plugins.js';
import { codecPlugin, hollowCodec } from './testing/hollow-codec.js';
import { referenceLink } from './testing/simulated-harness.js';

const sampleRateHz = 24_000;
let trace: CallTrace;

beforeEach(() => (trace = new CallTrace()));
afterEach(() => trace.dispose());

interface Ways {
  readonly toWire: Hop[];
  readonly toSink: Hop[];
  readonly toSettings: Hop[];
}

/** Speaks for 10 s into a lossy link, and follows the first chunk and a report that changes the settings. */
async function follow(): Promise<Ways> {
  // Loading takes real time, during which virtual time would go on by as much as the machine is slow.
  await Promise.all(withDefaultPlugins().map((plugin) => plugin.load()));
  const clock = new VirtualClock(10_000);
  const setTimer = clock.setTimer.bind(clock);
  vi.spyOn(clock, 'setTimer').mockImplementation((call, ms) =>
    setTimer(trace.isOn ? trace.bind(call) : call, ms),
  );
  const room = new SimulatedRoom({ clock, seed: 1 });
  const voice = room.join('voice');
  let toWire: readonly Hop[] = [];
  let toSettings: readonly Hop[] = [];
  let toStore: readonly Hop[] = [];
  let read: readonly Hop[] = [];
  let write: readonly Hop[] = [];
  let said: readonly Hop[] = [];

  const send = voice.send.bind(voice);
  vi.spyOn(voice, 'send').mockImplementation((packet, options) => {
    if (toWire.length === 0 && decodePacket(packet).type === 'audio') toWire = trace.capture();
    return send(packet, options);
  });
  const noteRead = (): void => void (read.length === 0 && (read = trace.capture()));
  let arrived = '';
  voice.onDidReceive(({ packet }) => void (arrived = decodePacket(packet).type));
  const noteConfigure = (): void => {
    const hops = trace.capture();
    // The encoder is also configured anew when it must hurry; that is on no packet's behalf.
    const isOfReport = arrived === 'report' && hops[1]?.file === 'delivery/src/lanes/lane-inlet.ts';
    const applied = hops.findIndex(({ name }) => name === 'applySettings');
    if (!isOfReport || applied < 0) return;
    // New settings may also let a batch go and, with it, the source go on, which has the encoder configured later:
    // that way ends where the settings are in force.
    const isDirect = hops[applied + 1]?.name === 'configure';
    const way = isDirect ? hops : hops.slice(0, applied + 1);
    // A report may also change the settings by way of what waited for it. The direct way is the one that counts.
    if (toSettings.length === 0 || way.length < toSettings.length) toSettings = way;
  };
  const codec = hollowCodec({ onConfigure: noteConfigure, onDecode: noteRead });
  const streamer = new AdaptiveAudioStreamer(simulatedTarget(voice), {
    plugins: [simulatedTransportPlugin, codecPlugin(codec)],
    ...{ clock, seed: 1, lane: 'data', sampleRateHz, preloadVoice: false },
  });
  const receiver = createSpeechReceiver({
    channel: room.join('ear', referenceLink('E')),
    clock,
    decoders: new Map([['opus', codec]]),
    createSink: () => createCallbackSink(() => void (write.length === 0 && (write = trace.capture()))),
  });
  await settled(clock, streamer.initialize());

  // Between its arrival and its playout, a frame lies in a map.
  const set = Map.prototype.set;
  const storing = vi.spyOn(Map.prototype, 'set').mockImplementation(function (this: never, key, value) {
    if (toStore.length === 0 && (value as { payload?: unknown } | undefined)?.payload instanceof Uint8Array)
      toStore = trace.capture();
    return set.call(this, key, value);
  });
  trace.isOn = true;
  const utterance = streamer.say(speech(clock, 10_000), {
    // Read before anything is waited for.
    get profile() {
      if (said.length === 0) said = trace.capture();
      return 'auto' as const;
    },
  });
  await settled(clock, utterance.done);
  trace.isOn = false;
  storing.mockRestore();
  receiver.dispose();
  room.dispose();
  await streamer.dispose();

  const begun = said.findLastIndex((hop) => toWire.some((other) => isSame(hop, other)));
  // Whoever has frames read and written has the frame in hand; what made him do so, a timer or a packet, has not.
  const hand = read.findLastIndex((hop, at) => isSame(hop, write[at]));
  return {
    toWire: named([...said.slice(0, begun + 1), ...toWire]),
    toSink: named([...toStore, ...write.slice(hand)]),
    toSettings: named(toSettings),
  };
}

interface Facts {
  ReportPacket: ReportPacket;
  LaneReport: LaneReport;
  /** What came to light with one report. */
  LinkEvent: LinkEvent;
  /** What is known of the link by then. */
  LinkState: LinkState;
  ControlInput: ControlInput;
}

/** As what the facts of a report travel, in this order. */
const shapesOfFacts: readonly (keyof Facts)[] = [
  'ReportPacket',
  'LaneReport',
  'LinkEvent',
  'LinkState',
  'ControlInput',
];

it('takes a chunk to the wire and to the sink, and a report to the settings, by few functions', async () => {
  const { toWire, toSink, toSettings } = await follow();
  process.stdout.write(
    [
      'Functions that hand the datum on. Those that only convert it, and return, are not among them.',
      print('say() → wire', toWire),
      print('wire → sink', toSink),
      print('report → applied settings', toSettings),
      `shapes of the facts: ${shapesOfFacts.length}\n  ${shapesOfFacts.join(' → ')}\n\n`,
    ].join('\n'),
  );
  expect(toWire.length).toBeLessThanOrEqual(12);
  expect(toSink.length).toBeLessThanOrEqual(9);
  expect(toSettings.length).toBeLessThanOrEqual(14);
  expect(shapesOfFacts.length).toBeLessThanOrEqual(5);
  // A way that was lost sight of would be short as well.
  expect([toWire.at(0)?.name, toWire.at(-1)?.file]).toEqual(['say', 'delivery/src/lanes/lane-outlet.ts']);
  expect(toSink.at(-1)?.file).toBe('playout/src/sink/guarded-sink.ts');
  expect(packagesOf(toSink)).toEqual(['plugin-api', 'playout']);
  expect(packagesOf(toWire)).toEqual(['streamer', 'core', 'delivery']);
  expect(packagesOf(toSettings)).toEqual(['plugin-api', 'delivery', 'link', 'core']);
});

function packagesOf(hops: readonly Hop[]): string[] {
  return [...new Set(hops.map(({ file }) => file.split('/')[0]!))];
}

function print(title: string, hops: readonly Hop[]): string {
  return [`${title}: ${hops.length}`, ...hops.map(({ name, file }) => `  ${name}  ${file}`), ''].join('\n');
}

/** Waits for a promise that needs virtual time, real turns, or both. */
async function settled(clock: VirtualClock, promise: Promise<unknown>): Promise<void> {
  let isSettled = false;
  const note = (): void => void (isSettled = true);
  promise.then(note, note);
  for (let turns = 0; !isSettled && turns < 20_000; turns++) {
    if (turns < 2000) await new Promise((resolve) => setTimeout(resolve, 0));
    await clock.advanceAsync(10);
  }
  await promise;
}

async function* speech(clock: VirtualClock, durationMs: number): AsyncGenerator<PcmChunk> {
  for (let atMs = 0; atMs < durationMs; atMs += 100) {
    yield { samples: new Int16Array(sampleRateHz / 10), sampleRateHz };
    await delay(clock, 90);
  }
}
