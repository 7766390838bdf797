import { execFileSync, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { runProgram } from './lib/program.mjs';
import { readProjects, ROOT } from './lib/workspace.mjs';
import { checkDocstrings } from './repo-check/docstrings.mjs';
import { checkFiles } from './repo-check/files.mjs';
import { checkProjects } from './repo-check/projects.mjs';
import { checkStructure } from './structure.mjs';

/**
 * Rules about the repository that neither the compiler nor the linter knows.
 *
 * @returns {Promise<{ rules: number, problems: string[] }>}
 */
export async function checkRepository() {
  const files = execFileSync('git', ['ls-files', '-z'], { cwd: ROOT, encoding: 'utf8', maxBuffer: 64 << 20 })
    .split('\0')
    .filter((path) => path !== '');
  const results = [
    ...checkProjects(ROOT, readProjects()),
    ...checkFiles(ROOT, files),
    ...checkStructure(),
    checkDocstrings(ROOT),
    checkPluginList(),
  ];
  return {
    rules: results.length,
    problems: results.flatMap(({ rule, problems }) => problems.map((problem) => `${rule}: ${problem}`)),
  };
}

/** The generated list of default plugins is what their manifests say now. */
function checkPluginList() {
  const script = join(ROOT, 'tools/workspace/plugin-registry.mjs');
  const { status, stderr } = spawnSync(process.execPath, [script, '--check'], {
    encoding: 'utf8',
    timeout: 30_000,
  });
  return {
    rule: 'the list of default plugins is up to date',
    problems: status === 0 ? [] : [stderr.trim() || `exit code ${status}`],
  };
}

await runProgram(import.meta.url, 'Checks rules about the repository.\n', {}, async () => {
  const { rules, problems } = await checkRepository();
  for (const problem of problems) process.stdout.write(`${problem}\n`);
  process.stdout.write(`${rules} rules, ${problems.length} problems\n`);
  return problems.length === 0 ? 0 : 1;
});
