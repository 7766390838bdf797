import { speechLike } from '../source/speech-like.js';
import { SimulatedSession } from '../simulation/simulated-session.js';
import type { SessionHost } from './bench-session.js';

export function createSimulatedHost(): SessionHost {
  return {
    conditions: { simulated: true, server: null },
    isSimulated: true,
    prepareSpeech: (durationMs) => Promise.resolve(speechLike(durationMs)),
    open: (options) => SimulatedSession.open(options),
    dispose: () => Promise.resolve(),
  };
}
