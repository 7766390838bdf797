import type {
  BatcherFactory,
  CodecFactory,
  ContributionEntry,
  ContributionPointName,
  Plugin,
  PluginContext,
  PluginDescriptor,
  PluginManifest,
} from '@eloquence/plugin-api';
import { definePlugin } from '@eloquence/plugin-api';

export interface TestPluginOptions {
  readonly version?: string;
  readonly engine?: string;
  readonly contributes?: { readonly [P in ContributionPointName]?: readonly string[] };
  readonly schema?: Record<string, unknown>;
  readonly needs?: readonly string[];
  readonly manifest?: Partial<Record<keyof PluginManifest, unknown>>;
  readonly configuration?: Record<string, unknown>;
  readonly plugin?: Partial<Plugin>;
  readonly load?: () => Promise<{ readonly default: Plugin }>;
}

/** A plugin for tests, and how often it was loaded. By default it registers all that it announces. */
export interface TestPlugin extends PluginDescriptor {
  loads: number;
}

export const passThroughCodec: CodecFactory = {
  frameDurationsMs: [20],
  sampleRatesHz: [24000],
  createEncoder: () => ({
    encode: (pcm) => new Uint8Array(pcm.length),
    configure: () => undefined,
    dispose: () => undefined,
  }),
  createDecoder: () => ({ decode: (payload) => new Int16Array(payload.length), dispose: () => undefined }),
};

export const eagerBatcher: BatcherFactory = {
  create: () => ({ decide: () => ({ flush: true, reason: 'always' }) }),
};

export function testPlugin(name: string, options: TestPluginOptions = {}): TestPlugin {
  const contributes = Object.fromEntries(
    Object.entries(options.contributes ?? {}).map(([point, ids]) => [
      point,
      ids.map((id): ContributionEntry => ({ id })),
    ]),
  );
  const manifest = {
    name,
    version: options.version ?? '1.0.0',
    engines: { eloquence: options.engine ?? '^2.0.0' },
    contributes: {
      ...contributes,
      ...(options.schema === undefined ? {} : { configuration: options.schema }),
    },
    ...(options.needs === undefined ? {} : { pluginDependencies: options.needs }),
    ...options.manifest,
  } as PluginManifest;
  const plugin = definePlugin({
    activate: (context) => registerAll(context, options.contributes ?? {}),
    ...options.plugin,
  });
  const descriptor: TestPlugin = {
    manifest,
    loads: 0,
    ...(options.configuration === undefined ? {} : { configuration: options.configuration }),
    load: async () => {
      descriptor.loads++;
      return (options.load === undefined ? { default: plugin } : await options.load()) as {
        default: typeof plugin;
      };
    },
  };
  return descriptor;
}

/** Registers a codec or a batcher under each id. */
export function registerAll(
  context: PluginContext,
  contributes: NonNullable<TestPluginOptions['contributes']>,
): void {
  for (const id of contributes.codecs ?? []) context.codecs.register(id, passThroughCodec);
  for (const id of contributes.batchers ?? []) context.batchers.register(id, eagerBatcher);
}
