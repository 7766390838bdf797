import { cpSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { run } from '../lib/run.mjs';
import { StepError } from '../lib/step-printer.mjs';
import { ROOT } from '../lib/workspace.mjs';
import { outsideLock } from './outside-lock.mjs';

/** Longest time for one command: what is meant to end ends long before, even on a machine that is busy. */
const LIMIT_MS = 180_000;

/** Tools that a plugin needs to be developed. */
const TOOLS = ['@types/node', 'eslint', 'typescript', 'typescript-eslint'];

/** An application in an empty folder, with the packed packages installed as anybody would install them. */
export class OutsideApplication {
  /** @type {string} */
  folder;
  /** The program that runs what needs a Node. */
  #node = process.execPath;

  /** @param {string} folder an empty one */
  constructor(folder) {
    this.folder = folder;
  }

  /**
   * The same application in another Node: what is installed, generated and built stays as it is.
   *
   * @param {string} node path of the program
   */
  under(node) {
    const application = new OutsideApplication(this.folder);
    application.#node = node;
    return application;
  }

  /**
   * Installs the tarballs and what they depend on. Nothing is asked of a registry that npm has in its cache.
   *
   * @param {readonly import('../lib/pack.mjs').PackedPackage[]} packed
   */
  async install(packed) {
    const tarballs = join(this.folder, 'tarballs');
    mkdirSync(tarballs, { recursive: true });
    const placed = packed.map(({ tarball, ...entry }) => {
      const file = `tarballs/${basename(tarball)}`;
      cpSync(tarball, join(this.folder, file));
      return { ...entry, file };
    });
    const workspaceLock = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8'));
    const { manifest, lock } = outsideLock(workspaceLock.packages, placed, TOOLS);
    this.#write('package.json', manifest);
    this.#write('package-lock.json', lock);
    const npmOptions = [
      '--prefer-offline',
      '--ignore-scripts',
      '--no-audit',
      '--no-fund',
      '--loglevel=error',
    ];
    await this.#must('npm ci', 'npm', ['ci', ...npmOptions], this.folder);
  }

  /**
   * Generates a plugin by the command that `npm create` runs, and makes it a dependency of the application.
   *
   * @param {string} name
   * @param {string} kind
   */
  async createPlugin(name, kind) {
    await this.#bin('create-plugin', [name, '--kind', kind], this.folder);
    symlinkSync(join('..', name), join(this.folder, 'node_modules', name), 'dir');
    const manifest = this.#read('package.json');
    this.#write('package.json', {
      ...manifest,
      dependencies: { ...manifest.dependencies, [name]: `file:${name}` },
    });
  }

  /** @param {string} name what `npm run build` does */
  async build(name) {
    await this.#bin('tsc', [], join(this.folder, name));
  }

  /** @param {readonly string[]} names what `npm run lint` does, for several plugins at once */
  async lint(names) {
    await this.#bin('eslint', [...names, '--max-warnings', '0'], this.folder);
  }

  /**
   * What `npm test` does after the build.
   *
   * @param {string} name
   * @returns {Promise<number>} how many rules of the kits passed
   */
  async test(name) {
    return this.#testFiles(`the test of ${name}`, ['dist/contract.test.js'], join(this.folder, name));
  }

  /**
   * The same for several plugins by one command.
   *
   * @param {readonly string[]} names
   * @returns {Promise<number>} how many rules of the kits passed
   */
  async testAll(names) {
    const files = names.map((name) => `${name}/dist/contract.test.js`);
    return this.#testFiles('the tests of the plugins', files, this.folder);
  }

  /**
   * Imports modules of the packages, each in its turn.
   *
   * @param {readonly string[]} specifiers
   * @returns {Promise<number>} how many there are
   */
  async importAll(specifiers) {
    cpSync(join(import.meta.dirname, 'imports.mjs'), join(this.folder, 'imports.mjs'));
    const output = await this.#must(
      'the import of the packages',
      this.#node,
      ['imports.mjs', ...specifiers],
      this.folder,
    );
    const line = output.split('\n').find((text) => text.startsWith('{"failures"'));
    /** @type {string[]} */
    const failures =
      line === undefined ? ['There is no result.', output.slice(-1500)] : JSON.parse(line).failures;
    if (failures.length > 0) throw new StepError(`Packages cannot be imported.\n${failures.join('\n')}`);
    return specifiers.length;
  }

  /** @param {string} path @param {(text: string) => string} edit */
  edit(path, edit) {
    const before = readFileSync(join(this.folder, path), 'utf8');
    const after = edit(before);
    if (after === before) throw new StepError(`${path} is not what was expected: nothing to change in it.`);
    writeFileSync(join(this.folder, path), after);
  }

  /** @param {string} path */
  text(path) {
    return readFileSync(join(this.folder, path), 'utf8');
  }

  /**
   * Compiles and runs the programs of the guide, with the plugins of its tutorials installed.
   *
   * @param {readonly import('./guide.mjs').GuideBlock[]} blocks
   * @returns {Promise<number>} how many there are
   */
  async runGuide(blocks) {
    const folder = join(this.folder, 'guide');
    mkdirSync(join(folder, 'examples'), { recursive: true });
    for (const { path, code } of blocks) writeFileSync(join(folder, path), code);
    // As in a plugin, but that programs may import JSON.
    const { compilerOptions } = this.#read('mulaw/tsconfig.json');
    const options = { ...compilerOptions, rootDir: 'examples', declaration: false, resolveJsonModule: true };
    this.#write('guide/tsconfig.json', { compilerOptions: options, include: ['examples'] });
    this.#write('guide/package.json', { name: 'guide', private: true, type: 'module' });
    await this.#bin('tsc', [], folder);
    for (const { document, path } of blocks) {
      const file = path.replace('examples/', 'dist/').replace(/\.ts$/, '.js');
      const test = file.endsWith('.test.js') ? ['--test'] : [];
      await this.#must(`${path} of docs/plugins/${document}`, this.#node, [...test, file], folder);
    }
    return blocks.length;
  }

  /**
   * Lists the plugins with a configuration in TypeScript that disables one of them.
   *
   * @param {string} disabled
   * @returns {Promise<{ exitCode: number, output: string }>}
   */
  async listWithTypeScript(disabled) {
    const path = join(this.folder, 'eloquence.config.ts');
    const code = [
      "import { type EloquenceConfig, defineConfig } from '@eloquence/streamer';",
      `const config: EloquenceConfig = { disable: ['${disabled}'] };`,
      'export default defineConfig(config);',
    ];
    writeFileSync(path, `${code.join('\n')}\n`);
    try {
      const command = 'node_modules/@eloquence/cli/dist/main.js';
      const options = { cwd: this.folder, timeoutMs: LIMIT_MS, env: { NODE_OPTIONS: '' } };
      return await run(this.#node, [command, 'plugins'], options);
    } finally {
      rmSync(path);
    }
  }

  /**
   * Runs a program that speaks through the plugins that are installed.
   *
   * @param {'speak.mjs' | 'control.mjs'} program
   * @param {readonly string[]} options of the program
   * @returns {Promise<any>} what it prints
   */
  async speak(program, options) {
    for (const name of ['rooms.mjs', program])
      cpSync(join(import.meta.dirname, name), join(this.folder, name));
    const output = await this.#must('speaking', this.#node, [program, ...options], this.folder);
    const line = output.split('\n').find((text) => text.startsWith('{"room"'));
    if (line === undefined) throw new StepError(`There is no result in:\n${output.slice(-1500)}`);
    return JSON.parse(line);
  }

  /**
   * @param {string} what
   * @param {readonly string[]} files
   * @param {string} cwd
   * @returns {Promise<number>} how many tests passed
   */
  async #testFiles(what, files, cwd) {
    const args = ['--test', '--test-reporter=tap', ...files];
    const output = await this.#must(what, this.#node, args, cwd);
    return Number(/^# pass (\d+)/m.exec(output)?.[1] ?? 0);
  }

  /** @param {string} name @param {readonly string[]} args @param {string} cwd */
  #bin(name, args, cwd) {
    return this.#must(name, join(this.folder, 'node_modules/.bin', name), args, cwd);
  }

  /** @param {string} what @param {string} file @param {readonly string[]} args @param {string} cwd */
  async #must(what, file, args, cwd) {
    // The workspace's condition for sources must not reach out here.
    const { exitCode, output } = await run(file, [...args], {
      cwd,
      timeoutMs: LIMIT_MS,
      env: { NODE_OPTIONS: '' },
    });
    if (exitCode === 0) return output;
    throw new StepError(
      `${what} failed in ${basename(cwd)} (exit code ${exitCode}).\n${output.slice(-3000)}`,
    );
  }

  /** @param {string} path */
  #read(path) {
    return JSON.parse(this.text(path));
  }

  /** @param {string} path @param {unknown} value */
  #write(path, value) {
    writeFileSync(join(this.folder, path), `${JSON.stringify(value, null, 2)}\n`);
  }
}
