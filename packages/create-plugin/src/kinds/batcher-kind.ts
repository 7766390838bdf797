import type { PluginKind } from './plugin-kind.js';

export const batcherKind: PluginKind = {
  kind: 'batcher',
  point: 'batchers',
  summary: 'two frames in a packet, whatever the profile says',
  idOf: ({ id }) => id,
  exportOf: ({ pascalId, stem }) => ({ name: `${pascalId}Batcher`, file: `${stem}-batcher` }),
  registrationOf: ({ pascalId }) => `{ create: () => new ${pascalId}Batcher() }`,
  codeOf: ({ pascalId }) => `import type { BatchDecision, BatchState, Batcher } from '@eloquence/plugin-api';

const framesPerPacket = 2;
/** Bytes that the length of a frame takes in a packet, at most. */
const lengthBytes = 2;

/** Two frames in a packet; fewer where two do not fit, or where the second one takes its time. */
export class ${pascalId}Batcher implements Batcher {
  decide(state: BatchState): BatchDecision {
    const { frameCount, durationMs, oldestWaitMs } = state;
    const { maxMs } = state.settings;
    if (frameCount === 0) return { flush: false, reason: 'empty' };
    if (frameCount >= framesPerPacket) return { flush: true, reason: 'two frames' };
    const bytes = state.payloadBytes + state.nextFrameBytes + lengthBytes * (frameCount + 1);
    if (bytes > state.maxPayloadBytes) return { flush: true, reason: 'packet full' };
    if (durationMs + durationMs / frameCount > maxMs) return { flush: true, reason: 'longest batch' };
    if (oldestWaitMs >= maxMs) return { flush: true, reason: 'waited' };
    return { flush: false, reason: 'gathering', recheckAfterMs: maxMs - oldestWaitMs };
  }
}
`,
  testOf: ({ pascalId, id }) => ({
    kit: 'describeBatcher',
    body: `describeBatcher(framework, {
  name: '${id}',
  createFactory: () => ({ create: () => new ${pascalId}Batcher() }),
});`,
  }),
};
