import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { keepPassed, packAll, packDigest, publishableProjects, readPassed } from './lib/pack.mjs';
import { runProgram } from './lib/program.mjs';
import { StepError, StepPrinter } from './lib/step-printer.mjs';
import { compareApiReports } from './publishing/api-reports.mjs';
import { checkFiles, checkSizes, readBudgets } from './publishing/file-rules.mjs';
import { checkLicence } from './publishing/licence-rules.mjs';
import { runPublint, runTypeCheck } from './publishing/package-linters.mjs';
import { tryVersions } from './publishing/version-dry-run.mjs';

const HELP = `Checks that the packages can be published: files, licences and metadata, publint, are-the-types-wrong, size budgets, API
reports (etc/*.api.md), and a dry run of the changesets. Does nothing where nothing has changed since it passed.

  node tools/workspace/publish-check.mjs [options]

  --update   writes the API reports that differ
  --force    checks even if nothing has changed
  --help     this text

The packages must be built (setup.mjs). Exit codes: 0 all is well, 1 something is not, 2 wrong option.
`;

/**
 * @param {{ isUpdate?: boolean, isForced?: boolean, note?: (text: string) => void }} options
 * @returns {Promise<{ problems: string[], remark: string }>}
 */
export async function checkPublishing({ isUpdate = false, isForced = false, note = () => undefined }) {
  const folder = mkdtempSync(join(tmpdir(), 'publish-check-'));
  try {
    note('packing');
    const packed = await packAll(folder);
    const digest = packDigest(packed, ownFiles());
    const kept = isForced || isUpdate ? undefined : readPassed('publishing', digest);
    if (kept !== undefined) return { problems: [], remark: `${kept} (unchanged)` };

    const problems = [
      ...packed.flatMap(checkFiles),
      ...packed.flatMap((entry) => checkLicence(entry)),
      ...checkSizes(packed, readBudgets()),
    ];
    for (const entry of packed) {
      note(entry.name);
      problems.push(...(await runPublint(entry)), ...(await runTypeCheck(entry)));
    }
    note('API reports');
    const changed = compareApiReports(publishableProjects(), { isUpdate });
    if (!isUpdate)
      problems.push(
        ...changed.map(
          (path) => `${path} is not up to date: run node tools/workspace/publish-check.mjs --update`,
        ),
      );
    note('changesets');
    const versions = await tryVersions();
    problems.push(...versions.problems);

    const bytes = packed.reduce((sum, { packedBytes }) => sum + packedBytes, 0);
    const remark = `${packed.length} packages, ${Math.round(bytes / 1000)} kB, ${versions.releases.length} to be released`;
    if (problems.length === 0) keepPassed('publishing', packDigest(packed, ownFiles()), remark);
    return { problems, remark: isUpdate ? `${remark}; ${changed.length} API reports written` : remark };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What the result depends on beside the packages: this program, the reports, the changesets. */
function ownFiles() {
  const own = readdirSync(join(import.meta.dirname, 'publishing')).map(
    (name) => `tools/workspace/publishing/${name}`,
  );
  const reports = publishableProjects().flatMap(({ folder }) =>
    ['', '-node'].map((suffix) => `${folder}/etc/${folder.slice(folder.indexOf('/') + 1)}${suffix}.api.md`),
  );
  return ['tools/workspace/publish-check.mjs', ...own, ...reports, ...changesets()];
}

function changesets() {
  return readdirSync(join(import.meta.dirname, '../../.changeset')).map((name) => `.changeset/${name}`);
}

await runProgram(
  import.meta.url,
  HELP,
  { update: 'boolean', force: 'boolean' },
  async ({ update, force }) => {
    await new StepPrinter().step('publishing', async (note) => {
      const { problems, remark } = await checkPublishing({ isUpdate: update, isForced: force, note });
      if (problems.length > 0) throw new StepError(problems.join('\n'));
      return remark;
    });
  },
);
