import { execFileSync } from 'node:child_process';
import { pathToFileURL } from 'node:url';
import { readProjects, ROOT } from './lib/workspace.mjs';
import { checkFiles } from './repo-check/files.mjs';
import { checkProjects } from './repo-check/projects.mjs';

/**
 * Rules about the repository that neither the compiler nor the linter knows.
 *
 * @returns {Promise<{ rules: number, problems: string[] }>}
 */
export async function checkRepository() {
  const files = execFileSync('git', ['ls-files', '-z'], { cwd: ROOT, encoding: 'utf8', maxBuffer: 64 << 20 })
    .split('\0')
    .filter((path) => path !== '');
  const results = [...checkProjects(ROOT, readProjects()), ...checkFiles(ROOT, files)];
  return {
    rules: results.length,
    problems: results.flatMap(({ rule, problems }) => problems.map((problem) => `${rule}: ${problem}`)),
  };
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { rules, problems } = await checkRepository();
  for (const problem of problems) process.stdout.write(`${problem}\n`);
  process.stdout.write(`${rules} rules, ${problems.length} problems\n`);
  process.exitCode = problems.length === 0 ? 0 : 1;
}
