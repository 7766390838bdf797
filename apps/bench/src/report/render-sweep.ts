import { formatQuantity, NOT_DEFINED } from '@eloquence/cli';
import type { BenchReport, BenchResult } from './bench-report.js';

/** Figures of one arm on one link, by name. */
type Figures = ReadonlyMap<string, BenchResult>;

/** Arms of one knob, by link. */
type KnobFigures = Map<string, Map<string, Map<string, BenchResult>>>;

/**
 * A sweep as the documentation shows it: one table for each knob, a row for each of its values, a column for each link.
 * In a cell: first audio p50 / p95, stability, bytes on the wire; in bold where that is the value in production.
 */
export function renderSweep({ conditions, results }: BenchReport): string {
  const titles = asNames(conditions['titles']);
  const production = asNames(conditions['production']);
  return [...groupByKnob(results)]
    .map(([knob, links]) => renderKnob(knob, titles[knob] ?? knob, links, production))
    .join('\n');
}

function renderKnob(
  knob: string,
  title: string,
  links: KnobFigures,
  production: Readonly<Record<string, string>>,
): string {
  const names = [...links.keys()];
  const arms = [...new Set([...links.values()].flatMap((byArm) => [...byArm.keys()]))].sort(compareNatural);
  const lines = [
    `**${title}** (\`${knob}\`)`,
    '',
    `| | ${names.join(' | ')} |`,
    `| --- | ${names.map(() => '---').join(' | ')} |`,
    ...arms.map((arm) => {
      const cells = names.map((link) => {
        const figures = links.get(link)?.get(arm);
        if (figures === undefined) return '';
        const cell = renderCell(figures);
        return production[`${knob}-${link}`] === arm ? `**${cell}**` : cell;
      });
      return `| ${[arm.replaceAll(',', '.').replaceAll('. ', ', '), ...cells].join(' | ')} |`;
    }),
    '',
  ];
  return `${lines.join('\n')}\n`;
}

function renderCell(figures: Figures): string {
  const value = (name: string): number | null => figures.get(name)?.value ?? null;
  const firstAudio = ['firstAudioP50', 'firstAudioP95'].map((name) => whole(value(name))).join(' / ');
  const bytes = value('wireBytesP50');
  const kilobytes = bytes === null ? NOT_DEFINED : (bytes / 1000).toFixed(1);
  const stability = value('stability');
  const parts = [
    firstAudio,
    stability === null ? NOT_DEFINED : `${stability.toFixed(2)} %`,
    `${kilobytes} kB`,
  ];
  const completed = value('completed');
  if (completed !== null && completed < 100) parts.push(`${formatQuantity(completed, '%')} completed`);
  return parts.join(' · ');
}

function whole(value: number | null): string {
  return value === null ? NOT_DEFINED : formatQuantity(Math.round(value), '');
}

function groupByKnob(results: readonly BenchResult[]): ReadonlyMap<string, KnobFigures> {
  const knobs = new Map<string, KnobFigures>();
  for (const result of results) {
    const [cell = '', arm = '', figure = ''] = result.name.split('.');
    const [knob = '', link = ''] = cell.split('-');
    const links = within(knobs, knob);
    within(within(links, link), arm).set(figure, result);
  }
  return knobs;
}

function within<Inner extends Map<string, unknown>>(outer: Map<string, Inner>, key: string): Inner {
  let inner = outer.get(key);
  if (inner === undefined) {
    inner = new Map<string, unknown>() as Inner;
    outer.set(key, inner);
  }
  return inner;
}

function asNames(value: unknown): Readonly<Record<string, string>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, string>) : {};
}

/** By the numbers within, so that 40 ms comes before 120 ms. */
function compareNatural(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true });
}
