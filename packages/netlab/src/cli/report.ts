import type { EloquenceError } from '@eloquence/plugin-api';
import type { AccessNetwork } from '../access-network.js';
import type { AccessNetworkStats } from '../relay.js';
import { type DirectionCounters, totalCount } from '../direction-counters.js';

/** Wraps text in an ANSI style, or leaves it alone. */
export type Paint = (style: 'bold' | 'dim' | 'red' | 'yellow', text: string) => string;

const STYLES = { bold: 1, dim: 2, red: 31, yellow: 33 } as const;

export function createPaint(enabled: boolean): Paint {
  return (style, text) => (enabled ? `\u001b[${STYLES[style]}m${text}\u001b[0m` : text);
}

export function startText(network: AccessNetwork, paint: Paint): string {
  const { link, seed } = network;
  const rate = link.rateKbps === 0 ? 'unlimited' : `${link.rateKbps} kbit/s, queue ${link.queueMs} ms`;
  const loss = `${link.lossPercent} %${link.burstMs > 0 ? ` in bursts of ${link.burstMs} ms` : ''}`;
  return lines([
    ['connect to', paint('bold', network.url)],
    ['link', `${link.name} (${link.description}), seed ${seed}`],
    ['round trip', `${link.rttMs} ms, jitter ${link.jitterMs} ms`],
    ['rate', rate],
    ['loss', loss],
    ['', paint('dim', 'changes: one JSON object a line; Ctrl-C ends; --help explains')],
  ]);
}

export function statsText(stats: AccessNetworkStats, paint: Paint): string {
  const rows: [string, string][] = [
    ['up', directionText(stats.up)],
    ['down', directionText(stats.down)],
    [
      'candidates',
      `${stats.rewrites} UDP pointed here, ${stats.signalling.tcpRewrites} TCP made unreachable`,
    ],
    ['flows', `${stats.flows} open, ${stats.flowsOpened} in all, ${stats.flowRefusals} packets refused`],
    ['relay', `event loop p99 +${stats.eventLoopLagP99Ms.toFixed(1)} ms, cpu ${stats.cpuMs.toFixed(0)} ms`],
  ];
  const wasBypassed = stats.rewrites === 0 && stats.signalling.connections > 0;
  if (wasBypassed)
    rows.push(['', paint('yellow', 'no candidate was rewritten: media does not pass through here')]);
  return lines(rows);
}

export function errorText(error: EloquenceError, paint: Paint): string {
  const hint = error.hint === undefined ? '' : `\n${' '.repeat(7)}${error.hint}`;
  return `${paint('red', 'error')}  ${error.message}${hint}\n`;
}

function directionText(counters: DirectionCounters): string {
  const entered = totalCount(counters.entered);
  const exited = totalCount(counters.exited);
  const drops = `lost ${counters.lost}, queue ${counters.queueDropped}, blackout ${counters.blackoutDropped}`;
  return `${count(entered)} in, ${count(exited)} out; ${drops}`;
}

function count({ packets, bytes }: { packets: number; bytes: number }): string {
  return `${String(packets).padStart(6)} packets ${(bytes / 1_000).toFixed(1).padStart(9)} kB`;
}

function lines(rows: readonly (readonly [string, string])[]): string {
  return rows.map(([label, text]) => `${label.padEnd(12)}${text}\n`).join('');
}
