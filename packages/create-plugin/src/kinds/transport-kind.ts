import type { PluginKind } from './plugin-kind.js';

export const transportKind: PluginKind = {
  kind: 'transport',
  point: 'transports',
  summary: 'speech from one thread of a process to another, through a MessagePort',
  dependencies: ['@eloquence/delivery'],
  devDependencies: ['@eloquence/playout'],
  idOf: ({ id }) => id,
  exportOf: ({ camelId, stem }) => ({ name: `${camelId}TransportFactory`, file: `${stem}-transport` }),
  registrationOf: ({ camelId }) => `${camelId}TransportFactory`,
  codeOf: ({ camelId }) => `import { MessagePort } from 'node:worker_threads';
import { createDataLane } from '@eloquence/delivery';
import {
  type DatagramChannel,
  Emitter,
  EloquenceError,
  type PeerChange,
  type ReceivedDatagram,
  type TransportFactory,
  abortedError,
} from '@eloquence/plugin-api';

const handshakeMs = 500;

/** Packets over a port, one message each: all that the sending and the receiving engine ask of a network. */
export function channelOf(port: MessagePort): DatagramChannel {
  const receive = new Emitter<ReceivedDatagram>();
  const peerChange = new Emitter<PeerChange>();
  const stateChange = new Emitter<'closed'>();
  let state: 'connected' | 'closed' = 'connected';
  port.on('message', (packet: Uint8Array) => receive.fire({ packet, from: 'port' }));
  return {
    maxPacketBytes: 1086,
    get state() {
      return state;
    },
    send: (packet) => Promise.resolve(port.postMessage(packet.slice())),
    onDidReceive: receive.event,
    onDidChangePeer: peerChange.event,
    onDidChangeState: stateChange.event,
    dispose() {
      state = 'closed';
      port.close();
    },
  };
}

/** Speaks into a \`MessagePort\`. */
export const ${camelId}TransportFactory: TransportFactory = {
  accepts: (target) => target instanceof MessagePort,
  create(target, { clock, random, signal }) {
    const channel = channelOf(target as MessagePort);
    const lane = createDataLane({ channel, clock, random });
    return {
      async openLane() {
        if (signal?.aborted) throw abortedError(signal);
        if ((await lane.discover(handshakeMs, signal)) > 0) return lane;
        throw new EloquenceError('NO_RECEIVER', 'Nobody answers at the other end of the port.');
      },
      dispose() {
        lane.dispose();
        channel.dispose();
      },
    };
  },
};
`,
  testOf: ({ camelId, id }) => ({
    kit: 'describeTransport',
    names: ['channelOf'],
    imports: [
      `import { MessageChannel } from 'node:worker_threads';`,
      `import { createSpeechReceiver } from '@eloquence/playout';`,
      `import { createSystemClock } from '@eloquence/plugin-api';`,
      `import { harnessCodec } from '@eloquence/plugin-contracts';`,
    ],
    body: `describeTransport(framework, {
  name: '${id}',
  createFactory: () => ${camelId}TransportFactory,
  openHarness(receivers) {
    const { port1, port2 } = new MessageChannel();
    let heard = 0;
    const receiver =
      receivers === 1 &&
      createSpeechReceiver({
        channel: channelOf(port2),
        clock: createSystemClock(),
        decoders: new Map([['pcm', harnessCodec]]),
        createSink: () => ({ write: () => undefined }),
        smoothing: false,
      });
    if (receiver) receiver.onDidFinishUtterance(({ sampleCount }) => (heard += sampleCount));
    return {
      target: port1,
      heardSamples: () => heard,
      dispose() {
        if (receiver) receiver.dispose();
        port2.close();
      },
    };
  },
});`,
  }),
};
