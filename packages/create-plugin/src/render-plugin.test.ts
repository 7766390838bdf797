import { readFileSync } from 'node:fs';
import { contributionPointNames } from '@eloquence/plugin-api';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { pluginKinds } from './kinds/plugin-kinds.js';
import { packageRanges, toolRanges } from './layout/versions.js';
import { renderPlugin } from './render-plugin.js';

const kinds = pluginKinds.map(({ kind }) => kind);
const maxOwnLines = 40;

function manifestOf(files: ReadonlyMap<string, string>): Record<string, unknown> {
  return JSON.parse(files.get('package.json')!) as Record<string, unknown>;
}

function readJson(path: string): { version: string; devDependencies: Record<string, string> } {
  const text = readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');
  return JSON.parse(text) as ReturnType<typeof readJson>;
}

describe('renderPlugin', () => {
  it('has a kind for every contribution point', () => {
    const points = pluginKinds.map(({ point }) => point);
    expect(points.sort()).toEqual([...contributionPointNames].sort());
  });

  it.each(kinds)('writes a %s whose code compiles and whose plugin registers what it announces', (kind) => {
    for (const layout of ['standalone', 'workspace'] as const) {
      const { files } = renderPlugin({ name: '@acme/eloquence-sample', kind, layout, year: 2026 });
      const { contributes } = manifestOf(files) as { contributes: Record<string, { id: string }[]> };
      const [[point, entries]] = Object.entries(contributes) as [[string, { id: string }[]]];
      expect(files.get('src/plugin.ts')).toContain(`${point}.register('${entries[0]!.id}', `);
      for (const [name, content] of files) {
        expect(content.endsWith('\n')).toBe(true);
        if (!name.endsWith('.ts')) continue;
        const { diagnostics } = ts.transpileModule(content, { reportDiagnostics: true, fileName: name });
        expect(diagnostics?.map(({ messageText }) => messageText)).toEqual([]);
      }
    }
  });

  it.each(['codec', 'profile', 'batcher', 'monitor'])(
    `writes a %s of at most ${maxOwnLines} lines`,
    (kind) => {
      const { files } = renderPlugin({ name: 'sample', kind, year: 2026 });
      const code = [...files].filter(([name]) => /^src\/(?!contract)/.test(name)).map(([, text]) => text);
      const lines = code
        .join('\n')
        .split('\n')
        .map((line) => line.trim());
      const own = lines.filter((line) => line !== '' && !/^(\/\/|\/\*|\*|import )/.test(line));
      expect(own.length).toBeLessThanOrEqual(maxOwnLines);
    },
  );

  it('asks for the versions that this workspace has', () => {
    for (const [name, range] of Object.entries(packageRanges)) {
      const { version } = readJson(`packages/${name.slice(name.indexOf('/') + 1)}/package.json`);
      expect(range).toBe(`^${version}`);
    }
    const { devDependencies } = readJson('package.json');
    for (const [name, range] of Object.entries(toolRanges))
      expect(range.slice(1)).toBe(devDependencies[name]);
  });

  it.each(['tts-engine', 'ttsEngines', 'TTSENGINE'])('takes %s for a TTS engine', (kind) => {
    const { files } = renderPlugin({ name: 'sample', kind, year: 2026 });
    expect(manifestOf(files)).toMatchObject({ contributes: { ttsEngines: [{ id: 'sample' }] } });
  });

  it('names the kinds that there are', () => {
    expect(() => renderPlugin({ name: 'sample', kind: 'codek', year: 2026 })).toThrow(
      expect.objectContaining({ code: 'OPTION_INVALID', hint: expect.stringContaining('codec') }),
    );
  });
});
