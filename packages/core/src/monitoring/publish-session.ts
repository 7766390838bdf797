import { DisposableStore } from '@eloquence/base';
import {
  type Disposable,
  type EventError,
  type EloquenceError,
  type Lane,
  toEloquenceError,
} from '@eloquence/plugin-api';
import type { PluginHost } from '../plugins/plugin-host.js';
import type { Utterance } from '../session/utterance.js';
import type { SessionBus } from './session-bus.js';

/** Publishes what befalls the plugins while the session is open. */
export function publishPlugins(bus: SessionBus, host: PluginHost): Disposable {
  const store = new DisposableStore();
  store.add(
    host.onDidRecordFault(({ cause, ...fault }) => bus.publish('fault', { ...fault, error: asData(cause) })),
  );
  store.add(
    host.onDidQuarantinePlugin(({ cause, ...fault }) =>
      bus.publish('quarantine', { ...fault, error: asData(cause) }),
    ),
  );
  store.add(
    host.onDidChangePluginState(({ pluginId, from, to }) =>
      bus.publish('pluginState', { pluginId, from, to }),
    ),
  );
  return store;
}

/** Publishes that the voice could not be loaded. */
export function publishVoiceFailure(bus: SessionBus, ttsEngine: string, error: EloquenceError): void {
  bus.publish('voiceFail', { ttsEngine, error: asData(error) });
}

/** Publishes that the lane is open, and what its receivers report. */
export function publishLane(bus: SessionBus, lane: Lane): Disposable {
  bus.publish('sessionOpen', { lane: lane.kind, receiverCount: lane.receiverCount });
  const store = new DisposableStore();
  store.add(lane.onDidReport((report) => bus.publish('report', { report })));
  store.add(lane.onDidChangeLane((change) => bus.publish('laneChange', { change })));
  return store;
}

/** Publishes how an utterance goes on and how it ends. Its listeners go with the utterance. */
export function publishUtterance(bus: SessionBus, utterance: Utterance): void {
  const utteranceId = utterance.id;
  utterance.onDidStartPlayout(({ atMs }) =>
    bus.publish('utterancePlayout', { utteranceId, playoutAtMs: atMs }),
  );
  utterance.done.then(
    (metrics) => bus.publish('utteranceEnd', { utteranceId, metrics }),
    (error: unknown) => bus.publish('utteranceFail', { utteranceId, error: asData(toEloquenceError(error)) }),
  );
}

function asData({ code, message, hint }: EloquenceError): EventError {
  return { code, message, ...(hint === undefined ? {} : { hint }) };
}
