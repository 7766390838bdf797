import { readFile } from 'node:fs/promises';
import { EloquenceError } from '@eloquence/plugin-api';
import type { BenchReport } from './bench-report.js';

/**
 * Reads what `--json` printed.
 *
 * @throws EloquenceError `OPTION_INVALID` if the file cannot be read, or holds no report
 */
export async function readReport(path: string): Promise<BenchReport> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new EloquenceError('OPTION_INVALID', `${path} cannot be read.`, { value: path, cause });
  });
  const report = parse(text);
  if (typeof report?.suite === 'string' && Array.isArray(report.results)) return report as BenchReport;
  throw new EloquenceError('OPTION_INVALID', `${path} holds no report of a suite.`, {
    value: path,
    hint: 'Give it what --json printed on standard output, one object.',
  });
}

function parse(text: string): Partial<BenchReport> | undefined {
  try {
    return JSON.parse(text) as Partial<BenchReport>;
  } catch {
    return undefined;
  }
}
