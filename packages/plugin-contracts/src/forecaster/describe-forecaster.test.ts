import type { Clock, Forecast, Forecaster, ForecasterFactory, LinkState } from '@eloquence/plugin-api';
import { describe, expect, it } from 'vitest';
import { failuresOf } from '../support/contract-rule.js';
import { describeForecaster, forecasterRules } from './describe-forecaster.js';

/** A right forecaster: a smoothed delivery time, and a stall where the buffer runs out. */
class SmoothForecaster implements Forecaster {
  deliveryMs: number | undefined;
  last: LinkState | undefined;
  weight = 0.2;

  constructor(readonly clock: Clock) {}

  observe(conditions: LinkState): void {
    const before = this.deliveryMs ?? conditions.deliveryMs;
    this.deliveryMs = before + this.weight * (conditions.deliveryMs - before);
    this.last = conditions;
  }

  forecast(): Forecast {
    const p50 = this.deliveryMs ?? 0;
    const { bufferAheadMs, rateP20BytesPerSecond, requiredBytesPerSecond } = this.last!;
    const missing = Math.max(0, 1 - (rateP20BytesPerSecond + 1) / (requiredBytesPerSecond + 1));
    const within = (seconds: number): number =>
      Math.min(1, (missing * seconds * 1000) / (bufferAheadMs + 1000 * seconds));
    return {
      deliveryMs: { p5: p50 / 2, p50, p95: p50 * 2 },
      stallProbability: [within(1), within(2), within(3), within(4), within(5)],
    };
  }
}

type ForecasterClass = new (clock: Clock) => Forecaster;

let count = 0;

const broken: Readonly<Record<string, () => ForecasterClass | ForecasterFactory>> = {
  'after one observation': () =>
    class extends SmoothForecaster {
      #observations = 0;
      override observe(conditions: LinkState): void {
        super.observe(conditions);
        this.#observations++;
      }
      override forecast(): Forecast {
        if (this.#observations < 2) throw new Error('not enough');
        return super.forecast();
      }
    },
  'gives ordered times': () =>
    class extends SmoothForecaster {
      override forecast(): Forecast {
        const { deliveryMs, stallProbability } = super.forecast();
        return { deliveryMs: { ...deliveryMs, p5: deliveryMs.p50 + 1 }, stallProbability };
      }
    },
  'whatever is observed': () =>
    class extends SmoothForecaster {
      override forecast(): Forecast {
        const { deliveryMs, stallProbability } = super.forecast();
        const scale = this.last!.requiredBytesPerSecond / this.last!.requiredBytesPerSecond;
        return { deliveryMs: { ...deliveryMs, p95: deliveryMs.p95 * scale }, stallProbability };
      }
    },
  'is deterministic': () =>
    class extends SmoothForecaster {
      readonly #offset = count++;
      override forecast(): Forecast {
        const { deliveryMs, stallProbability } = super.forecast();
        return { deliveryMs: { ...deliveryMs, p95: deliveryMs.p95 + this.#offset }, stallProbability };
      }
    },
  'by being asked': () =>
    class extends SmoothForecaster {
      override forecast(): Forecast {
        const forecast = super.forecast();
        this.deliveryMs = (this.deliveryMs ?? 0) * 1.01;
        return forecast;
      }
    },
  'share nothing': () => {
    let worstMs = 0;
    return {
      create: ({ clock }) =>
        new (class extends SmoothForecaster {
          override observe(conditions: LinkState): void {
            super.observe(conditions);
            worstMs = Math.max(worstMs, conditions.deliveryMs);
          }
          override forecast(): Forecast {
            const { deliveryMs, stallProbability } = super.forecast();
            return { deliveryMs: { ...deliveryMs, p95: deliveryMs.p95 + worstMs }, stallProbability };
          }
        })(clock),
    };
  },
  'expects later delivery': () =>
    class extends SmoothForecaster {
      override weight = 0;
      override deliveryMs = 50;
    },
  'expects a stall': () =>
    class extends SmoothForecaster {
      override forecast(): Forecast {
        return { ...super.forecast(), stallProbability: [0, 0, 0, 0, 0] };
      }
    },
  'follows a link': () =>
    class extends SmoothForecaster {
      override weight = 0.0001;
    },
  'observes and forecasts within': () =>
    class extends SmoothForecaster {
      override observe(conditions: LinkState): void {
        const untilMs = performance.now() + 7;
        while (performance.now() < untilMs);
        super.observe(conditions);
      }
    },
  'holds no more memory': () =>
    class extends SmoothForecaster {
      readonly seen: LinkState[] = [];
      override observe(conditions: LinkState): void {
        this.seen.push({ ...conditions });
        super.observe(conditions);
      }
    },
};

function factoryOf(from: ForecasterClass | ForecasterFactory): ForecasterFactory {
  return typeof from === 'function' ? { create: ({ clock }) => new from(clock) } : from;
}

describe('describeForecaster', () => {
  it('finds nothing wrong with a right forecaster', async () => {
    const subject = { name: 'smooth', createFactory: () => factoryOf(SmoothForecaster) };
    expect(await failuresOf((framework) => describeForecaster(framework, subject))).toEqual([]);
  });

  it('has a broken forecaster for each rule', () => {
    for (const rule of forecasterRules) {
      expect(Object.keys(broken).filter((words) => rule.title.includes(words))).toHaveLength(1);
    }
    expect(Object.keys(broken)).toHaveLength(forecasterRules.length);
  });

  it.each(Object.keys(broken))('rejects a forecaster that breaks "%s"', async (words) => {
    const rule = forecasterRules.find(({ title }) => title.includes(words))!;
    const from = broken[words]!();
    const subject = { name: 'broken', createFactory: () => factoryOf(from) };
    await expect(Promise.resolve().then(() => rule.check(subject))).rejects.toThrow();
  });
});
