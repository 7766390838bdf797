import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import ts from 'typescript';
import { runProgram } from './lib/program.mjs';
import { readProjects, ROOT } from './lib/workspace.mjs';

const HELP = `Shows the shape of the code: production lines, imports between packages, circles, long and tiny files.

  node tools/workspace/structure.mjs [--json | --help]

Production code is what git tracks of TypeScript and of the workspace's scripts, without tests, folders named testing,
configuration files and what is generated. The rules of it are checked by \`npm test\`; this prints the figures.
`;

/** More dependents than half of the packages make every change of a package everybody's: only these two may have them. */
const FOUNDATIONS = new Set(['@eloquence/plugin-api', '@eloquence/base']);
const MAX_LINES = 300;
const TINY_LINES = 25;
/** In the first lines of a file that may be longer: why. */
const REASON = /longer than 300 lines:/i;

/** @typedef {{ path: string, text: string, lines: number }} SourceFile */

/** @returns {SourceFile[]} */
export function productionFiles() {
  const tracked = execFileSync('git', ['ls-files', 'packages', 'apps', 'tools'], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  return tracked
    .split('\n')
    .filter((path) => /\.(ts|tsx|mjs)$/.test(path) && existsSync(join(ROOT, path)))
    .filter((path) => !/\.(test|test-d|bench)\.|\/testing\/|\.d\.ts$|\.generated\.|\.config\./.test(path))
    .map((path) => {
      const text = readFileSync(join(ROOT, path), 'utf8');
      return { path, text, lines: text.split('\n').length - 1 };
    });
}

/** @param {string} path */
const folderOf = (path) => path.split('/').slice(0, 2).join('/');

/** @param {SourceFile[]} files */
export function describeStructure(files) {
  const projects = readProjects();
  const folders = new Map(projects.map(({ folder, manifest }) => [manifest['name'], folder]));
  const known = new Set(files.map(({ path }) => path));
  /** @type {Map<string, Set<string>>} */
  const fileImports = new Map();
  /** @type {Map<string, Set<string>>} */
  const packageImports = new Map(projects.map(({ folder }) => [folder, new Set()]));
  for (const { path, text } of files) {
    const targets = new Set();
    for (const { fileName } of ts.preProcessFile(text, true, true).importedFiles) {
      if (fileName.startsWith('.')) {
        const base = posix.join(dirname(path), fileName).replace(/\.js$/, '');
        const target = [`${base}.ts`, `${base}.tsx`, base].find((candidate) => known.has(candidate));
        if (target !== undefined) targets.add(target);
        continue;
      }
      const folder = folders.get(fileName.split('/').slice(0, 2).join('/'));
      if (folder !== undefined && folder !== folderOf(path)) packageImports.get(folderOf(path))?.add(folder);
    }
    fileImports.set(path, targets);
  }
  const dependents = projects.map(({ folder, manifest }) => ({
    name: /** @type {string} */ (manifest['name']),
    folder,
    lines: files.filter(({ path }) => folderOf(path) === folder).reduce((sum, { lines }) => sum + lines, 0),
    dependents: [...packageImports].filter(([, imports]) => imports.has(folder)).length,
  }));
  return {
    lines: files.reduce((sum, { lines }) => sum + lines, 0),
    packages: dependents,
    circles: [...findCircles(packageImports), ...findCircles(fileImports)],
    long: files.filter(({ lines }) => lines > MAX_LINES),
    tiny: files.filter(
      ({ lines, path }) => lines <= TINY_LINES && !/\/(index|main|plugin)\.m?tsx?$/.test(path),
    ),
  };
}

/**
 * The first circle through each node that lies on one.
 *
 * @param {Map<string, Set<string>>} graph
 */
function findCircles(graph) {
  /** @type {string[][]} */
  const circles = [];
  /** @type {Map<string, 'open' | 'done'>} */
  const state = new Map();
  /** @param {string} node @param {string[]} path */
  const visit = (node, path) => {
    state.set(node, 'open');
    for (const next of graph.get(node) ?? []) {
      if (state.get(next) === 'open') circles.push([...path.slice(path.indexOf(next)), next]);
      else if (!state.has(next)) visit(next, [...path, next]);
    }
    state.set(node, 'done');
  };
  for (const node of graph.keys()) if (!state.has(node)) visit(node, [node]);
  return circles;
}

/** @returns {{ rule: string, problems: string[] }[]} */
export function checkStructure() {
  const { circles, packages, long } = describeStructure(productionFiles());
  const half = packages.length / 2;
  return [
    { rule: 'imports run in no circle', problems: circles.map((circle) => circle.join(' → ')) },
    {
      rule: 'no package but the foundations is imported by more than half of the others',
      problems: packages
        .filter(({ name, dependents }) => !FOUNDATIONS.has(name) && dependents > half)
        .map(({ name, dependents }) => `${name} is imported by ${dependents} of ${packages.length}`),
    },
    {
      rule: `a file above ${MAX_LINES} lines says in its head why`,
      problems: long
        .filter(({ text }) => !REASON.test(text.split('\n').slice(0, 12).join('\n')))
        .map(({ path, lines }) => `${path} has ${lines}`),
    },
  ];
}

await runProgram(import.meta.url, HELP, { json: 'boolean' }, ({ json }) => {
  const { lines, packages, circles, long, tiny } = describeStructure(productionFiles());
  if (json) {
    const names = { long: long.map(({ path }) => path), tiny: tiny.map(({ path }) => path) };
    process.stdout.write(`${JSON.stringify({ lines, packages, circles, ...names })}\n`);
    return;
  }
  const row = (/** @type {[string, unknown, unknown]} */ [name, count, dependents]) =>
    `  ${name.padEnd(32)} ${String(count).padStart(6)} ${String(dependents).padStart(12)}`.trimEnd();
  const table = [
    row(['package', 'lines', 'imported by']),
    ...packages.map((one) => row([one.folder, one.lines, one.dependents])),
    row(['together', lines, '']),
    '',
    `${circles.length} circles · ${long.length} files above ${MAX_LINES} lines · ${tiny.length} of at most ${TINY_LINES} lines`,
    ...circles.map((circle) => `  ${circle.join(' → ')}`),
  ];
  process.stdout.write(`${table.join('\n')}\n`);
});
