import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { PluginManifest, TextFilter } from '@eloquence/plugin-api';
import { describePlugin } from '@eloquence/plugin-contracts';
import { describe, expect, it } from 'vitest';
import plugin from './plugin.js';
import { readAloud } from './testing/read-aloud.js';

const manifest = createRequire(import.meta.url)('../package.json') as PluginManifest;

describePlugin({ describe, it }, { manifest, plugin });

/** Activates the plugin by hand: what it registers, and what it warns of. */
async function activate(configuration: Record<string, unknown>): Promise<{
  filters: Map<string, TextFilter>;
  warnings: string[];
}> {
  const filters = new Map<string, TextFilter>();
  const warnings: string[] = [];
  const register = (id: string, filter: TextFilter): object => (
    filters.set(id, filter),
    { dispose: () => undefined }
  );
  await plugin.activate({
    configuration,
    log: { warn: (message: string) => void warnings.push(message), info: () => undefined },
    subscriptions: { add: (item: unknown) => item },
    textFilters: { register },
  } as never);
  return { filters, warnings };
}

describe('pronunciationsFile', () => {
  it('is read, and completed by the settings', async () => {
    const directory = await mkdtemp(path.join(tmpdir(), 'pronunciations-'));
    try {
      const pronunciationsFile = path.join(directory, 'words.json');
      await writeFile(pronunciationsFile, JSON.stringify({ en: { SQL: 'sequel', GIF: 'gif' } }));
      const { filters, warnings } = await activate({
        pronunciationsFile,
        pronunciations: { en: { GIF: 'jif' } },
      });
      expect(readAloud(filters.get('pronunciations')!, 'SQL GIF', 'en')).toBe('sequel jif');
      expect(warnings).toEqual([]);
    } finally {
      await rm(directory, { recursive: true });
    }
  });

  it.each([
    ['no-such-file.json', /'no-such-file\.json' cannot be used: ENOENT/],
    ['package.json', /'package\.json' cannot be used: 'name' holds no object of words\. Write \{/],
    ['README.md', /'README\.md' cannot be used: Unexpected token/],
  ])('is told if it cannot be used: %s', async (pronunciationsFile, expected) => {
    const { filters, warnings } = await activate({ pronunciationsFile, pronunciations: { '*': { A: 'b' } } });
    expect(warnings).toEqual([expect.stringMatching(expected)]);
    expect(readAloud(filters.get('pronunciations')!, 'A')).toBe('b');
    expect(readAloud(filters.get('markdown')!, '**A**')).toBe('A');
  });
});
