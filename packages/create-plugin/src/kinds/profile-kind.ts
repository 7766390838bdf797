import type { PluginKind } from './plugin-kind.js';

export const profileKind: PluginKind = {
  kind: 'profile',
  point: 'profiles',
  summary: 'one bit rate and one packet size, on any link',
  idOf: ({ upperId }) => upperId,
  exportOf: ({ camelId, stem }) => ({ name: `${camelId}Profile`, file: `${stem}-profile` }),
  registrationOf: ({ camelId }) => `${camelId}Profile`,
  codeOf: ({ camelId, upperId, pascalId }) => `import type { Profile } from '@eloquence/plugin-api';

/** One bit rate and one packet size, on any link. */
export const ${camelId}Profile: Profile = freeze({
  id: '${upperId}',
  label: '${pascalId.replace(/(?<=[a-z0-9])(?=[A-Z])/g, ' ')}',
  purpose: 'A link whose rate is known and does not change.',
  settings: {
    codec: { codecId: 'opus', bitrateBps: 24_000, frameMs: 20, complexity: 5 },
    batcherId: 'deadline',
    batch: { firstMs: 60, maxMs: 240 },
    playout: { initialBufferMs: 80, rebufferMs: 180 },
    maxBufferAheadMs: 15_000,
    window: { cwndGain: 1.25, initialPackets: 16 },
    redundancy: { redundantFirstPackets: 2, redundancyDelaysMs: [45] },
    reportIntervalMs: 200,
  },
});

function freeze<T extends object>(value: T): T {
  for (const part of Object.values(value)) if (typeof part === 'object') freeze(part as object);
  return Object.freeze(value);
}
`,
  testOf: ({ camelId, upperId }) => ({
    kit: 'describeProfile',
    body: `describeProfile(framework, { id: '${upperId}', profile: ${camelId}Profile });`,
  }),
};
