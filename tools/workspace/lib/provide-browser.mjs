import { ensureChromium } from '../chromium.mjs';
import { StepError } from './step-printer.mjs';

/** What is only wished for on a machine of one's own is demanded where `CI` is set. */
export function isBuildServer(env = process.env) {
  return !['', '0', 'false'].includes(env['CI'] ?? '');
}

/**
 * The browser step of the set-up: its remark is the browser's path, or a warning of what is left out without one.
 *
 * @param {{
 *   note?: (text: string) => void,
 *   ensure?: typeof ensureChromium,
 *   env?: NodeJS.ProcessEnv,
 * }} [options]
 * @throws StepError if there is none, and `CI` is set
 */
export async function provideBrowser({ note, ensure = ensureChromium, env = process.env } = {}) {
  const browser = await ensure(note === undefined ? {} : { onProgress: note });
  if ('path' in browser) return browser.path;
  const text = `${browser.reason}\n${browser.hint}`;
  if (isBuildServer(env)) throw new StepError(text);
  return {
    remark: `none: ${text.replaceAll('\n', '\n    ')}\n    The browser tests will be left out.`,
    warn: true,
  };
}
