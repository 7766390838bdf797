import type { PluginKind } from './plugin-kind.js';

export const monitorKind: PluginKind = {
  kind: 'monitor',
  point: 'monitors',
  summary: 'one line in the log for each utterance',
  idOf: ({ id }) => id,
  exportOf: ({ pascalId, stem }) => ({ name: `${pascalId}Monitor`, file: `${stem}-monitor` }),
  registrationOf: ({ pascalId }) => `{ create: () => new ${pascalId}Monitor(log) }`,
  usesLog: true,
  codeOf: ({ pascalId }) => `import type { Monitor, PluginLogger, SessionEvent } from '@eloquence/plugin-api';

/** One line for each utterance: what carried it, and how it went. */
export class ${pascalId}Monitor implements Monitor {
  #log: PluginLogger | undefined;

  constructor(log: PluginLogger) {
    this.#log = log;
  }

  onEvent(event: SessionEvent): void {
    if (event.kind === 'utteranceEnd') {
      const { utteranceId, outcome, profile, codec, batcher, audioMs, stalledMs } = event.metrics;
      const how = \`\${profile}, \${codec}, \${batcher}\`;
      const what = \`\${Math.round(audioMs)} ms with \${how}, stalled for \${stalledMs} ms\`;
      this.#log?.info(\`utterance \${utteranceId} \${outcome}: \${what}\`);
    } else if (event.kind === 'utteranceFail') {
      this.#log?.warn(\`utterance \${event.utteranceId} failed: \${event.error.message}\`);
    }
  }

  dispose(): void {
    this.#log = undefined;
  }
}
`,
  testOf: ({ pascalId, id }) => ({
    kit: 'describeMonitor',
    body: `const silent = { info: () => undefined, warn: () => undefined };

describeMonitor(framework, {
  name: '${id}',
  createFactory: () => ({ create: () => new ${pascalId}Monitor(silent) }),
});`,
  }),
};
