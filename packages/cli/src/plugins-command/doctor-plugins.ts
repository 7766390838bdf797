import type { PluginFinding } from '@eloquence/core';
import type { Clock } from '@eloquence/plugin-api';
import { type LoadedConfig, diagnosePlugins } from '@eloquence/streamer';
import type { Style } from '../terminal/terminal.js';

/** Everything that is wrong with the plugins of an application. */
export function doctorPlugins(
  config: LoadedConfig,
  options: { readonly run: boolean; readonly clock: Clock },
): Promise<PluginFinding[]> {
  return diagnosePlugins({
    ...config.host,
    clock: options.clock,
    problems: config.problems,
    isTrial: options.run,
  });
}

/** The findings, one paragraph each, and how many there are. */
export function renderFindings(findings: readonly PluginFinding[], style: Style): string {
  const paragraphs = findings.map(({ severity, code, pluginId, message, hint, file, line, column }) => {
    const mark =
      severity === 'error' ? style.bad(severity) : severity === 'warning' ? style.accent(severity) : severity;
    const place =
      file === undefined
        ? []
        : [`  at ${[file, line, column].filter((part) => part !== undefined).join(':')}`];
    return [
      `${mark} ${style.bold(pluginId)} ${style.dim(code)}`,
      `  ${message}`,
      ...place,
      ...(hint === undefined ? [] : [`  ${style.accent('hint:')} ${hint}`]),
      '',
    ].join('\n');
  });
  const count = (severity: PluginFinding['severity']): string => {
    const sum = findings.filter((finding) => finding.severity === severity).length;
    return `${sum} ${severity}${sum === 1 ? '' : 's'}`;
  };
  const summary =
    findings.length === 0
      ? style.good('Nothing is wrong with the plugins.')
      : `${count('error')}, ${count('warning')}, ${count('note')}.`;
  return `${[...paragraphs, summary].join('\n')}\n`;
}
