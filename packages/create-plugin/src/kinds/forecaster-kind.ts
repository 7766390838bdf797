import type { PluginKind } from './plugin-kind.js';

export const forecasterKind: PluginKind = {
  kind: 'forecaster',
  point: 'forecasters',
  summary: 'the smoothed delivery time, and a stall where the buffer runs out',
  idOf: ({ id }) => id,
  exportOf: ({ pascalId, stem }) => ({ name: `${pascalId}Forecaster`, file: `${stem}-forecaster` }),
  registrationOf: ({ pascalId }) => `{ create: () => new ${pascalId}Forecaster() }`,
  codeOf: ({ pascalId }) => `import type { Forecast, Forecaster, LinkState } from '@eloquence/plugin-api';

const weight = 0.2;

/** The next seconds are like the last ones: exponentially weighted, with the spread that was seen. */
export class ${pascalId}Forecaster implements Forecaster {
  #deliveryMs: number | undefined;
  #spreadMs = 0;
  #missingShare = 0;
  #bufferAheadMs = 0;

  observe({ deliveryMs, bufferAheadMs, rateP20BytesPerSecond, requiredBytesPerSecond }: LinkState): void {
    const error = deliveryMs - (this.#deliveryMs ?? deliveryMs);
    this.#deliveryMs = (this.#deliveryMs ?? deliveryMs) + weight * error;
    this.#spreadMs += weight * (Math.abs(error) - this.#spreadMs);
    this.#missingShare = Math.max(0, 1 - (rateP20BytesPerSecond + 1) / (requiredBytesPerSecond + 1));
    this.#bufferAheadMs = bufferAheadMs;
  }

  forecast(): Forecast {
    const p50 = this.#deliveryMs ?? 0;
    const deliveryMs = { p5: Math.max(0, p50 - 2 * this.#spreadMs), p50, p95: p50 + 2 * this.#spreadMs };
    const stall = (ms: number): number => (this.#missingShare * ms) / (this.#bufferAheadMs + ms);
    return {
      deliveryMs,
      stallProbability: [stall(1000), stall(2000), stall(3000), stall(4000), stall(5000)],
    };
  }
}
`,
  testOf: ({ pascalId, id }) => ({
    kit: 'describeForecaster',
    body: `describeForecaster(framework, {
  name: '${id}',
  createFactory: () => ({ create: () => new ${pascalId}Forecaster() }),
});`,
  }),
};
