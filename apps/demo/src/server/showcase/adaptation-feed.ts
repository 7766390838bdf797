import type { Decision, Forecast, LinkState, SessionEvent } from '@eloquence/plugin-api';
import type { DemoConditions, DemoDecision, PluginsState } from '../../protocol.js';
import type { EventFeed } from '../event-feed.js';

const BITS_PER_BYTE = 8;

/** Tells the pages what the framework measures, expects, decides and survives. */
export class AdaptationFeed {
  readonly #eventFeed: EventFeed;
  readonly #plugins: () => PluginsState;

  constructor(eventFeed: EventFeed, plugins: () => PluginsState) {
    this.#eventFeed = eventFeed;
    this.#plugins = plugins;
  }

  forecast(conditions: LinkState, forecast: Forecast): void {
    this.#eventFeed.postLatest(conditions.receiver, 'conditions', {
      conditions: toDemoConditions(conditions, forecast),
    });
  }

  publish(event: SessionEvent): void {
    switch (event.kind) {
      case 'decision':
        if (isShown(event.decision))
          this.#eventFeed.post('decision', { decision: toDemoDecision(event.decision) });
        break;
      case 'fault':
      case 'quarantine': {
        const { pluginId, operation, faults, error } = event;
        this.#eventFeed.post('pluginFault', {
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
    this.#eventFeed.postLatest('', 'plugins', { plugins: this.#plugins() });
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
  const { receiver, smoothedRttMs, pdvP95Ms, lossPercent, bufferAheadMs, isOutage } = conditions;
  const { capacityBytesPerSecond, rateP20BytesPerSecond, deliveryMs } = conditions;
  return {
    receiver,
    rttMs: smoothedRttMs,
    pdvP95Ms,
    lossPercent,
    rateBps: rateP20BytesPerSecond * BITS_PER_BYTE,
    capacityBps: capacityBytesPerSecond === undefined ? null : capacityBytesPerSecond * BITS_PER_BYTE,
    bufferAheadMs,
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
