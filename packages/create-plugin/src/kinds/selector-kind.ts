import type { PluginKind } from './plugin-kind.js';

export const selectorKind: PluginKind = {
  kind: 'selector',
  point: 'selectors',
  summary: 'the lowest bit rate while the link loses packets, the profile in use otherwise',
  idOf: ({ id }) => id,
  exportOf: ({ camelId, stem }) => ({ name: `${camelId}Selector`, file: `${stem}-selector` }),
  registrationOf: ({ camelId }) => `${camelId}Selector`,
  codeOf: ({
    camelId,
  }) => `import type { ProfileSelector, Selection, SelectionInput } from '@eloquence/plugin-api';

const maxLossPercent = 5;
/** How long a link counts as poor after it was last seen so, ms. */
const carefulForMs = 10_000;

/** The lowest bit rate while the link loses packets or is out, the profile in use otherwise. */
export const ${camelId}Selector: ProfileSelector = {
  select(input: SelectionInput): Selection {
    const { atMs, currentProfileId, memory, pinnedProfileId, profiles, receivers } = input;
    if (pinnedProfileId !== undefined) {
      return { profileId: pinnedProfileId, priority: 3, rule: 'pinned', reason: 'It is pinned.', memory };
    }
    const isPoor = receivers.some(
      ({ conditions }) => conditions.isOutage || conditions.lossPercent > maxLossPercent,
    );
    const poorAtMs = isPoor ? atMs : Number(memory['poorAtMs'] ?? Number.NEGATIVE_INFINITY);
    const kept = Number.isFinite(poorAtMs) ? { poorAtMs } : {};
    if (atMs - poorAtMs >= carefulForMs) {
      const reason = 'No link is poor.';
      return { profileId: currentProfileId, priority: 0, rule: 'stay', reason, memory: kept };
    }
    const [least] = [...profiles].sort((a, b) => a.bitrateBps - b.bitrateBps);
    const reason = \`A link was poor less than \${carefulForMs} ms ago.\`;
    return { profileId: least?.id ?? currentProfileId, priority: 2, rule: 'careful', reason, memory: kept };
  },
};
`,
  testOf: ({ camelId, id }) => ({
    kit: 'describeSelector',
    body: `describeSelector(framework, { name: '${id}', createSelector: () => ${camelId}Selector });`,
  }),
};
