import type {
  BatchDecision,
  Batcher,
  BatcherFactory,
  Clock,
  ContributionPointName,
  ControlPolicy,
  ControlRule,
  ForecasterFactory,
  Monitor,
  MonitorFactory,
  TransportFactory,
} from '@eloquence/plugin-api';
import { isEloquenceError } from '@eloquence/plugin-api';
import type { PluginFinding, PluginHost } from '@eloquence/core';
import { tryForecaster, tryPolicy, tryRule } from './try-chooser.js';
import { tryCodec } from './try-codec.js';

/** What one packet can carry, roughly: the real limit comes from the transport. */
const maxPayloadBytes = 1000;
const adaptationBudgetMs = 5;

/**
 * Activates a plugin and calls what it contributes, through the same guards as in a session: codecs and batchers
 * with a second of sound, policies, rules and forecasters with a link that turns poor, monitors with a few events. Voices and
 * transports are activated only. What the guards
 * notice is in the plugin's state afterwards; what they cannot notice is returned.
 */
export async function tryPlugin(host: PluginHost, pluginId: string, clock: Clock): Promise<PluginFinding[]> {
  const plugin = host.plugins().find(({ id, state }) => id === pluginId && state === 'registered');
  const findings: PluginFinding[] = [];
  for (const { point, id, isOverridden } of plugin?.contributions ?? []) {
    if (isOverridden) continue;
    let contribution: unknown;
    try {
      contribution = await host.contributions[point].get(id);
    } catch (error) {
      // The state says it.
      if (isEloquenceError(error)) return findings;
      throw error;
    }
    for (const problem of exercise(host, pluginId, point, contribution, clock)) {
      findings.push({
        pluginId,
        severity: 'warning',
        code: 'PLUGIN_INVALID',
        message: `${point}/${id}: ${problem}.`,
      });
    }
  }
  return findings;
}

function exercise(
  host: PluginHost,
  pluginId: string,
  point: ContributionPointName,
  contribution: unknown,
  clock: Clock,
): string[] {
  switch (point) {
    case 'codecs':
      return tryCodec(
        contribution as Parameters<typeof tryCodec>[0],
        {
          warmUp: host.guard(pluginId, 'encode'),
          encode: host.guard(pluginId, 'encode', { budgetMs: 10 }),
          decode: host.guard(pluginId, 'decode'),
        },
        maxPayloadBytes,
      );
    case 'batchers':
      return tryBatcher(host, pluginId, contribution as BatcherFactory);
    case 'policies':
      return tryPolicy(
        contribution as ControlPolicy,
        host.guard(pluginId, 'decide', { budgetMs: adaptationBudgetMs }),
      );
    case 'rules':
      return tryRule(
        contribution as ControlRule,
        host.guard(pluginId, `rule:${(contribution as ControlRule).kind}`, { budgetMs: adaptationBudgetMs }),
      );
    case 'forecasters':
      return tryForecaster(
        contribution as ForecasterFactory,
        {
          create: host.guard(pluginId, 'create'),
          observe: host.guard(pluginId, 'observe', { budgetMs: adaptationBudgetMs }),
          forecast: host.guard(pluginId, 'forecast', { budgetMs: adaptationBudgetMs }),
        },
        clock,
      );
    case 'monitors':
      return tryMonitor(host, pluginId, contribution as MonitorFactory, clock);
    case 'transports':
      host.guard(pluginId, 'accepts').run(() => (contribution as TransportFactory).accepts(undefined), false);
      return [];
    default:
      return [];
  }
}

function tryBatcher(host: PluginHost, pluginId: string, factory: BatcherFactory): string[] {
  const batcher = host.guard(pluginId, 'create').run<Batcher | undefined>(() => factory.create(), undefined);
  if (batcher === undefined) return [];
  const guard = host.guard(pluginId, 'decide', { budgetMs: 5 });
  const problems = new Set<string>();
  for (let frameCount = 1; frameCount <= 40; frameCount++) {
    const decision = guard.run<BatchDecision | undefined | 'failed'>(
      () =>
        batcher.decide({
          frameCount,
          payloadBytes: 60 * frameCount,
          durationMs: 20 * frameCount,
          oldestWaitMs: frameCount,
          batchesSent: frameCount % 3,
          bufferAheadMs: 25 * frameCount,
          endsPhrase: frameCount % 7 === 0,
          nextFrameBytes: 60,
          maxPayloadBytes,
          settings: { firstMs: 60, maxMs: 340 },
        }),
      'failed',
    );
    if (decision !== 'failed' && typeof decision?.flush !== 'boolean') {
      problems.add("decide() gives no decision: 'flush' must be true or false");
    }
  }
  return [...problems];
}

function tryMonitor(host: PluginHost, pluginId: string, factory: MonitorFactory, clock: Clock): string[] {
  const guard = host.guard(pluginId, 'onEvent', { budgetMs: 5 });
  const monitor = host
    .guard(pluginId, 'create')
    .run<Monitor | undefined>(() => factory.create({ sessionId: 0, clock }), undefined);
  if (monitor === undefined) return [];
  for (let utterances = 0; utterances < 10; utterances++) {
    const event = Object.freeze({
      kind: 'sessionEnd',
      sessionId: 0,
      atMs: clock.nowMs(),
      utterances,
    } as const);
    const result = guard.run<unknown>(() => monitor.onEvent(event), undefined);
    void guard.promise(() => result).catch(() => undefined);
  }
  guard.release(() => monitor.dispose());
  return [];
}
