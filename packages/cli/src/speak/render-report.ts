import type { LinkParameters } from '@eloquence/netlab';
import { type ArmReport, type NumberName, SIMULATED_LABEL, type SpeakReport } from '@eloquence/testbed';
import { formatNumber, formatQuantity, left, NOT_DEFINED, renderTable, right } from '../terminal/table.js';
import type { Style } from '../terminal/terminal.js';

/** A line of the result table. */
export interface FigureRow {
  readonly label: string;
  readonly name: NumberName;
  readonly unit: string;
}

export const figureRows: ReadonlyArray<FigureRow | '-'> = [
  { label: 'speech', name: 'audioMs', unit: 'ms' },
  { label: 'first audio after', name: 'timeToFirstAudioMs', unit: 'ms' },
  { label: 'playout reported after', name: 'timeToPlayoutStartMs', unit: 'ms' },
  { label: 'delivered after', name: 'deliveryMs', unit: 'ms' },
  { label: 'delivery efficiency', name: 'efficiencyPercent', unit: '%' },
  { label: 'reference efficiency', name: 'referenceEfficiencyPercent', unit: '%' },
  { label: 'sending overhead per 10 ms', name: 'overheadPerChunkMs', unit: 'ms' },
  '-',
  { label: 'stalls', name: 'stalls', unit: '' },
  { label: 'stalled', name: 'stallMs', unit: 'ms' },
  { label: 'concealed', name: 'concealedMs', unit: 'ms' },
  { label: 'stability', name: 'stabilityPercent', unit: '%' },
  '-',
  { label: 'frames sent', name: 'framesSent', unit: '' },
  { label: 'frames played', name: 'framesPlayed', unit: '' },
  { label: 'frames lost', name: 'framesLost', unit: '' },
  { label: 'frames duplicated', name: 'framesDuplicated', unit: '' },
  '-',
  { label: 'audio payload', name: 'payloadBytes', unit: 'B' },
  { label: 'bytes on the wire', name: 'wireBytes', unit: 'B' },
  { label: 'wire efficiency', name: 'wireEfficiencyPercent', unit: '%' },
  { label: 'goodput', name: 'goodputBytesPerSecond', unit: 'B/s' },
];

/** "S (15 Mbit/s, RTT 40 ms)" */
export function describeLink(link: LinkParameters & { readonly name: string }): string {
  const parts = [
    ...(link.rateKbps > 0
      ? [link.rateKbps >= 1000 ? `${formatNumber(link.rateKbps / 1000)} Mbit/s` : `${link.rateKbps} kbit/s`]
      : []),
    ...(link.rttMs > 0 ? [`RTT ${formatNumber(link.rttMs)} ms`] : []),
    ...(link.jitterMs > 0 ? [`jitter ${formatNumber(link.jitterMs)} ms`] : []),
    ...(link.lossPercent > 0
      ? [
          `${formatNumber(link.lossPercent)} % loss${link.burstMs > 0 ? ` in bursts of ${formatNumber(link.burstMs)} ms` : ''}`,
        ]
      : []),
  ];
  return parts.length === 0 ? link.name : `${link.name} (${parts.join(', ')})`;
}

/** Where the sound went, in one line; says so if it went nowhere real. */
export function describeServer(report: SpeakReport, style: Style): string {
  return report.simulated ? style.bad(SIMULATED_LABEL) : `LiveKit server ${report.server}`;
}

/** The result for people: a heading and one aligned table, a column an arm. */
export function renderReport(report: SpeakReport, style: Style): string {
  const { arms, count, seed } = report;
  const columns = [
    ...left(count > 1 ? style.dim(`n = ${count}, seed ${seed}`) : ''),
    ...arms.flatMap(({ lane }) =>
      count > 1 ? right(style.bold(`${lane} p50`), style.bold('p95')) : right(style.bold(lane)),
    ),
  ];
  const rows = figureRows.map((row) =>
    row === '-' ? row : [row.label, ...arms.flatMap((arm) => cellsOf(arm, row, count > 1, style))],
  );
  const digests = arms
    .filter(({ summary }) => summary.figures.sha256Sent !== null)
    .map((arm) => digestLine(arm, style));
  const faults = arms.flatMap(({ sender }) =>
    (sender?.faults ?? []).map(({ pluginId, state, message }) =>
      style.bad(`plugin ${pluginId} is ${state}: ${message}`),
    ),
  );
  const files = arms.flatMap((arm) => (arm.heardFile === null ? [] : [`heard: ${arm.heardFile}`]));
  const refused = arms.flatMap(({ lane, packets }) => {
    const total = packets === null ? 0 : packets.malformed + packets.unknown + packets.refused;
    return total === 0 ? [] : [`${lane}: ${total} packets that made no sense were ignored`];
  });
  return [
    `${describeServer(report, style)}, link ${describeLink(report.link)}, ${profilesOf(report)}`,
    '',
    ...renderTable(columns, rows),
    '',
    ...digests,
    ...faults,
    ...refused,
    ...files,
    '',
  ].join('\n');
}

function profilesOf({ arms }: SpeakReport): string {
  const profiles = [...new Set(arms.flatMap(({ profile }) => (profile === null ? [] : [profile])))];
  return profiles.length === 0 ? 'no profile' : `profile ${profiles.join(', ')}`;
}

function cellsOf(arm: ArmReport, row: FigureRow, isSeries: boolean, style: Style): string[] {
  const { figures, p50, p95 } = arm.summary;
  const cell = (value: number | null): string => {
    const text = formatQuantity(value, row.unit);
    const isLoss = row.name === 'framesLost' || row.name === 'framesDuplicated';
    if (text === NOT_DEFINED) return style.dim(text);
    if (isLoss) return value === 0 ? style.good(text) : style.bad(text);
    return text;
  };
  return isSeries ? [cell(p50[row.name]), cell(p95[row.name])] : [cell(figures[row.name])];
}

function digestLine({ lane, summary }: ArmReport, style: Style): string {
  const { sha256Sent, sha256Heard } = summary.figures;
  return sha256Sent === sha256Heard
    ? `${lane}: ${style.good('heard exactly what was sent')} (sha256 ${sha256Sent?.slice(0, 16)}…)`
    : `${lane}: ${style.bad('what was heard differs from what was sent')} (sha256 ${sha256Sent?.slice(0, 16)}… sent, ${sha256Heard?.slice(0, 16) ?? NOT_DEFINED}… heard)`;
}
