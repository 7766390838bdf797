import type { ErrorCode } from '@eloquence/plugin-api';

/** `error`: the plugin does not work; `warning`: it works, but something about it is wrong; `note`: good to know. */
export type FindingSeverity = 'error' | 'warning' | 'note';

/** One thing that a check of the plugins came across. JSON all the way down. */
export interface PluginFinding {
  readonly pluginId: string;
  readonly severity: FindingSeverity;
  readonly code: ErrorCode;
  readonly message: string;
  readonly hint?: string | undefined;
  /** Where: a file, and its line and column from 1, as far as that can be told. */
  readonly file?: string | undefined;
  readonly line?: number | undefined;
  readonly column?: number | undefined;
}

const ranks: Readonly<Record<FindingSeverity, number>> = { error: 0, warning: 1, note: 2 };

/** The worst first, then by plugin. */
export function sortFindings(findings: readonly PluginFinding[]): PluginFinding[] {
  return [...findings].sort(
    (a, b) =>
      ranks[a.severity] - ranks[b.severity] ||
      compare(a.pluginId, b.pluginId) ||
      (a.line ?? 0) - (b.line ?? 0) ||
      compare(a.message, b.message),
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
