import { readFile } from 'node:fs/promises';
import type { ErrorCode } from '@eloquence/plugin-api';
import { type PluginFinding, checkManifest } from '@eloquence/core';
import { findJsonPosition, splitPath } from '../discovery/json-position.js';

/** Which part of a manifest an error is about. */
const partOfCode: Partial<Record<ErrorCode, string>> = {
  PLUGIN_INCOMPATIBLE: 'engines.eloquence',
  PLUGIN_CYCLE: 'pluginDependencies',
  PLUGIN_DUPLICATE: 'contributes',
  CONTRIBUTION_UNKNOWN: 'contributes',
  CONFIGURATION_INVALID: 'contributes.configuration',
};

/**
 * Adds line and column to a finding that names a `package.json`. A manifest with several problems becomes as many
 * findings, each with its own place.
 */
export async function locateFinding(finding: PluginFinding): Promise<PluginFinding[]> {
  const { file, code } = finding;
  if (file === undefined || !file.endsWith('.json')) return [finding];
  let text: string;
  let source: unknown;
  try {
    text = await readFile(file, 'utf8');
    source = JSON.parse(text);
  } catch {
    // What cannot be read any more has no lines; the finding itself stands.
    return [finding];
  }
  const problems = code === 'PLUGIN_INVALID' ? checkManifest(source).problems : undefined;
  if (problems !== undefined) {
    return problems.map(({ path, message, hint }) => ({
      ...finding,
      message: path === '' ? `The manifest ${message}.` : `${path} ${message}.`,
      // The finding's own hint stays where the problem has none.
      hint: hint ?? finding.hint,
      ...findJsonPosition(text, splitPath(path)),
    }));
  }
  const part = partOf(finding);
  return [part === undefined ? finding : { ...finding, ...findJsonPosition(text, splitPath(part)) }];
}

function partOf({ code, message }: PluginFinding): string | undefined {
  if (message.includes('proposed API')) return 'enabledApiProposals';
  if (code === 'PLUGIN_FAILED' && message.includes(' needs plugin ')) return 'pluginDependencies';
  return partOfCode[code];
}
