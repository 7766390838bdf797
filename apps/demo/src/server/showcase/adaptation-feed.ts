import type { Decision, Forecast, LinkState, SessionEvent } from '@eloquence/plugin-api';
import type { DemoConditions, DemoDecision, PluginsState } from '../../protocol.js';
import type { Bulletin } from '../bulletin.js';

const BITS_PER_BYTE = 8;

/** Tells the pages what the framework measures, expects, decides and survives. */
export class AdaptationFeed {
  readonly #bulletin: Bulletin;
  readonly #plugins: () => PluginsState;

  constructor(bulletin: Bulletin, plugins: () => PluginsState) {
    this.#bulletin = bulletin;
    this.#plugins = plugins;
  }

  forecast(conditions: LinkState, forecast: Forecast): void {
    this.#bulletin.postLatest(conditions.receiver, 'conditions', {
      conditions: toDemoConditions(conditions, forecast),
    });
  }

  publish(event: SessionEvent): void {
    switch (event.kind) {
      case 'decision':
        if (isShown(event.decision))
          this.#bulletin.post('decision', { decision: toDemoDecision(event.decision) });
        break;
      case 'fault':
      case 'quarantine': {
        const { pluginId, operation, faults, error } = event;
        this.#bulletin.post('pluginFault', {
          pluginId,
          operation,
          faults,
          message: error.message,
          isQuarantined: event.kind === 'quarantine',
        });
        this.#postPlugins();
        break;
      }
      case 'pluginState':
        this.#postPlugins();
        break;
      default:
        // Told by whoever speaks, or of no interest to a page.
        break;
    }
  }

  #postPlugins(): void {
    this.#bulletin.postLatest('', 'plugins', { plugins: this.#plugins() });
  }
}

/** A profile was chosen, or protection turned on or off. */
function isShown({ kind, input, output }: Decision): boolean {
  return kind === 'profile' || isProtected(input.groups) !== isProtected(output.groups);
}

function isProtected([group]: Decision['output']['groups']): boolean {
  return group?.adjustments.some(({ rule }) => rule === 'fast-protection') ?? false;
}

function toDemoConditions(conditions: LinkState, forecast: Forecast): DemoConditions {
  const { receiver, smoothedRttMs, jitterP95Ms, lossPercent, leadMs, isOutage } = conditions;
  const { capacityBytesPerSecond, rateP20BytesPerSecond, deliveryMs } = conditions;
  return {
    receiver,
    rttMs: smoothedRttMs,
    jitterP95Ms,
    lossPercent,
    rateBps: rateP20BytesPerSecond * BITS_PER_BYTE,
    capacityBps: capacityBytesPerSecond === undefined ? null : capacityBytesPerSecond * BITS_PER_BYTE,
    leadMs,
    isOutage,
    forecast: {
      deliveryMs: forecast.deliveryMs,
      observedDeliveryMs: deliveryMs,
      stallProbability: forecast.stallProbability,
    },
  };
}

function toDemoDecision({ id, input, output, applied }: Decision): DemoDecision {
  const [before, after] = [input.groups[0], output.groups[0]];
  const protection = after?.adjustments.find(({ rule }) => rule === 'fast-protection');
  const from = before?.profileId ?? '';
  const isOther = after?.profileId !== before?.profileId || input.request.phase === 'start';
  return {
    id,
    what: isOther ? 'profile' : 'protection',
    from,
    to: after?.profileId ?? from,
    applied,
    rule: after?.rule ?? '',
    reason: after?.reason ?? '',
    protection: protection?.reason.split(', ') ?? [],
  };
}
