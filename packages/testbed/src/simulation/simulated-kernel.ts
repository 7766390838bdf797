import { createKernel, type Kernel } from '@eloquence/core';
import type { Clock, PluginDescriptor } from '@eloquence/plugin-api';
import { simulatedTransportPlugin } from '@eloquence/simulated-transport';
import { withDefaultPlugins } from '@eloquence/streamer';
import { syntheticCodecPlugin } from './synthetic-codec.js';

/** Default plugins that a simulation has no use for; they load native code or a voice. */
const UNUSED = new Set(['@eloquence/livekit-adapter', '@eloquence/tts-espeak']);

/** The framework as the streamer composes it, but for the voice, the codec and the way into a real room. */
export function createSimulatedKernel(
  clock: Clock,
  seed: number,
  own: readonly PluginDescriptor[] = [],
): Kernel {
  const ownNames = new Set(own.map(({ manifest }) => manifest.name));
  const simulated = [simulatedTransportPlugin, syntheticCodecPlugin].filter(
    ({ manifest }) => !ownNames.has(manifest.name),
  );
  const descriptors = withDefaultPlugins([...simulated, ...own]).filter(
    ({ manifest }) => !UNUSED.has(manifest.name),
  );
  return createKernel({ descriptors, clock, seed });
}

/**
 * Loads every plugin before virtual time begins to pass: loading takes real time, and must not make a difference to
 * what happens when.
 */
export async function loadPlugins({ host }: Kernel): Promise<void> {
  const { contributions } = host;
  for (const point of Object.values(contributions)) {
    for (const id of point.ids()) await point.get(id);
  }
}
