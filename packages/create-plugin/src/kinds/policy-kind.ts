import type { PluginKind } from './plugin-kind.js';

export const policyKind: PluginKind = {
  kind: 'policy',
  point: 'policies',
  summary: 'the lowest bit rate while the link loses packets, the profile in use otherwise',
  idOf: ({ id }) => id,
  exportOf: ({ camelId, stem }) => ({ name: `${camelId}Policy`, file: `${stem}-policy` }),
  registrationOf: ({ camelId }) => `${camelId}Policy`,
  codeOf: ({
    camelId,
  }) => `import type { ControlDecision, ControlInput, ControlPolicy } from '@eloquence/plugin-api';

const maxLossPercent = 5;
/** How long a link counts as poor after it was last seen so, ms. */
const carefulForMs = 10_000;

/** The lowest bit rate while the link loses packets or is out, the profile in use otherwise. Asks no rules. */
export const ${camelId}Policy: ControlPolicy = {
  decide({ nowMs, groups, links, memory, profiles }: ControlInput): ControlDecision {
    const isPoor = links.some(({ isOutage, lossPercent }) => isOutage || lossPercent > maxLossPercent);
    const poorAtMs = isPoor ? nowMs : Number(memory['policy']?.['poorAtMs'] ?? Number.NEGATIVE_INFINITY);
    const kept = Number.isFinite(poorAtMs) ? { policy: { poorAtMs } } : {};
    if (nowMs - poorAtMs >= carefulForMs) {
      const reason = 'No link is poor.';
      return { groups: groups.map((group) => ({ ...group, rule: 'stay', reason })), memory: kept };
    }
    const [least] = [...profiles].sort((a, b) => a.settings.codec.bitrateBps - b.settings.codec.bitrateBps);
    const reason = \`A link was poor less than \${carefulForMs} ms ago.\`;
    const chosen = least === undefined ? {} : { profileId: least.id, settings: least.settings };
    return {
      groups: groups.map((group) => ({ ...group, ...chosen, rule: 'careful', reason })),
      memory: kept,
    };
  },
};
`,
  testOf: ({ camelId, id }) => ({
    kit: 'describePolicy',
    body: `describePolicy(framework, { name: '${id}', createPolicy: () => ${camelId}Policy });`,
  }),
};
