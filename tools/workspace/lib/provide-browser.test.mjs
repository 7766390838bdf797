import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findChromium } from '../chromium.mjs';
import { provideBrowser } from './provide-browser.mjs';
import { StepError } from './step-printer.mjs';
import { ROOT } from './workspace.mjs';

const missing = async () => ({ reason: 'No Chromium was found.', hint: 'Install one.' });

describe('the browser of the tests', () => {
  it('is told by its path', async () => {
    expect(await provideBrowser({ ensure: async () => ({ path: '/usr/bin/chromium' }), env: {} })).toBe(
      '/usr/bin/chromium',
    );
  });

  it('is missed with a warning that says what to do', async () => {
    for (const env of [{}, { CI: '' }, { CI: '0' }, { CI: 'false' }]) {
      const result = await provideBrowser({ ensure: missing, env });
      expect(result).toMatchObject({ warn: true, remark: expect.stringContaining('Install one.') });
      expect(result).toMatchObject({ remark: expect.stringContaining('left out') });
    }
  });

  it('must be there on a build server', async () => {
    const failing = provideBrowser({ ensure: missing, env: { CI: 'true' } });
    await expect(failing).rejects.toBeInstanceOf(StepError);
    await expect(failing).rejects.toThrow('No Chromium was found.\nInstall one.');
  });

  it('is the one that CHROMIUM_PATH names, or none', () => {
    expect(findChromium({ CHROMIUM_PATH: process.execPath, PATH: '' })).toBe(process.execPath);
    expect(findChromium({ CHROMIUM_PATH: '/no/such/browser', PATH: '/usr/bin' })).toBeUndefined();
    const { status, stderr } = spawnSync(
      process.execPath,
      [join(ROOT, 'tools/workspace/chromium.mjs'), '--no-install'],
      { env: { ...process.env, CHROMIUM_PATH: '/no/such/browser' }, encoding: 'utf8', timeout: 20_000 },
    );
    expect(status).toBe(1);
    expect(stderr).toContain("CHROMIUM_PATH is '/no/such/browser'");
  });
});
