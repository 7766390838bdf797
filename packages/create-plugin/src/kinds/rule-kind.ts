import type { PluginKind } from './plugin-kind.js';

export const ruleKind: PluginKind = {
  kind: 'rule',
  point: 'rules',
  summary: 'never above the balanced profile where the connection is said to be metered',
  idOf: ({ id }) => id,
  exportOf: ({ camelId, stem }) => ({ name: `${camelId}Rule`, file: `${stem}-rule` }),
  registrationOf: ({ camelId }) => `${camelId}Rule`,
  codeOf: ({ camelId }) => `import type { LimitRule } from '@eloquence/plugin-api';

/** Never above the balanced profile where the caller or the receiver says that the connection is metered. */
export const ${camelId}Rule: LimitRule = {
  kind: 'limit',
  limit({ link, request }) {
    const isMetered = [request.labels, link?.attributes].some((said) => said?.['network'] === 'metered');
    return isMetered ? { quality: 'fair', reason: 'the connection is metered' } : undefined;
  },
};
`,
  testOf: ({ camelId, id }) => ({
    kit: 'describeRule',
    body: `describeRule(framework, {
  name: '${id}',
  createRule: () => ${camelId}Rule,
  labels: { network: 'metered' },
});`,
  }),
};
