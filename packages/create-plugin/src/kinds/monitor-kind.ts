import type { PluginKind } from './plugin-kind.js';

export const monitorKind: PluginKind = {
  kind: 'monitor',
  point: 'monitors',
  summary: 'one line in the log for each utterance',
  idOf: ({ id }) => id,
  exportOf: ({ pascalId, id }) => ({ name: `${pascalId}Monitor`, file: `${id}-monitor` }),
  registrationOf: ({ pascalId }) => `{ create: () => new ${pascalId}Monitor((line) => log.info(line)) }`,
  usesLog: true,
  codeOf: ({ pascalId }) => `import type { Monitor, SessionEvent } from '@eloquence/plugin-api';

/** One line for each utterance: what carried it, and how it went. */
export class ${pascalId}Monitor implements Monitor {
  #print: ((line: string) => void) | undefined;

  constructor(print: (line: string) => void) {
    this.#print = print;
  }

  onEvent(event: SessionEvent): void {
    if (event.kind === 'utteranceEnd') {
      const { utteranceId, outcome, profile, codec, batcher, audioMs, stalledMs } = event.metrics;
      const how = \`\${profile}, \${codec}, \${batcher}\`;
      this.#print?.(
        \`utterance \${utteranceId} \${outcome}: \${Math.round(audioMs)} ms with \${how}, stalled for \${stalledMs} ms\`,
      );
    } else if (event.kind === 'utteranceFail') {
      this.#print?.(\`utterance \${event.utteranceId} failed: \${event.error.message}\`);
    }
  }

  dispose(): void {
    this.#print = undefined;
  }
}
`,
  testOf: ({ pascalId, id }) => ({
    kit: 'describeMonitor',
    body: `describeMonitor({ describe, it }, {
  name: '${id}',
  createFactory: () => ({ create: () => new ${pascalId}Monitor(() => undefined) }),
});`,
  }),
};
