import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/**
 * Stands in for livekit-server. `FAKE_MODE`: `ok`; `die` (prints, then exits); `clash` (as on a taken port);
 * `clash-once`; `silent` (never answers); `stubborn` (ignores SIGTERM). Writes a line per start to `FAKE_STARTS`.
 */
const FAKE_SERVER = `#!${process.execPath}
const fs = require('node:fs');
if (process.argv.includes('--version')) {
  console.log('livekit-server version ' + '@VERSION@');
  process.exit(0);
}
const config = fs.readFileSync(process.argv[process.argv.indexOf('--config') + 1], 'utf8');
const starts = process.env.FAKE_STARTS;
const earlier = starts && fs.existsSync(starts) ? fs.readFileSync(starts, 'utf8').trim().split('\\n').length : 0;
if (starts) fs.appendFileSync(starts, JSON.stringify({ config: process.argv.at(-1), text: config }) + '\\n');
const mode = process.env.FAKE_MODE ?? 'ok';
if (mode === 'clash' || (mode === 'clash-once' && earlier === 0)) {
  console.log('listen udp 127.0.0.1:1: bind: address already in use');
  process.exit(0);
}
if (mode === 'die') {
  // In one write: what a slow reader has not taken of many small ones would be lost at the exit.
  fs.writeSync(1, Array.from({ length: 300 }, (_, i) => 'log line ' + i + '\\n').join(''));
  process.exit(3);
}
if (mode === 'stubborn') process.on('SIGTERM', () => {});
if (mode === 'silent') setInterval(() => {}, 1000);
else require('node:http').createServer((_, response) => response.end('OK')).listen(Number(/^port: (\\d+)/m.exec(config)[1]), '127.0.0.1');
`;

/** A scratch folder with made-up programs, and an environment that sees nothing else. */
export class FakePrograms {
  readonly root: string;

  private constructor(root: string) {
    this.root = root;
  }

  static async create(): Promise<FakePrograms> {
    return new FakePrograms(await mkdtemp(join(tmpdir(), 'livekit-fakes-')));
  }

  get cacheDir(): string {
    return join(this.root, 'cache');
  }

  /** File in which the fake server notes its starts. */
  get startsPath(): string {
    return join(this.root, 'starts.jsonl');
  }

  /** An environment whose PATH holds only the folder `bin` of the fakes. */
  env(more: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
    return { PATH: join(this.root, 'bin'), FAKE_STARTS: this.startsPath, ...more };
  }

  /** Puts a fake server at `path`, relative to the scratch folder. */
  async addServer(path: string, version: string): Promise<string> {
    return await this.addProgram(path, FAKE_SERVER.replace('@VERSION@', version));
  }

  /** Puts a `go` on PATH that says it is `version`, and on `install` runs `install` (shell). */
  async addGo(version: string, install: string): Promise<string> {
    const script = `#!/bin/sh
if [ "$1" = version ]; then echo "go version go${version} linux/amd64"; exit 0; fi
echo "$@" >> '${this.root}/go-calls'
${install}
`;
    return await this.addProgram('bin/go', script);
  }

  async addProgram(path: string, content: string): Promise<string> {
    const target = join(this.root, path);
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, content);
    await chmod(target, 0o755);
    return target;
  }

  async remove(): Promise<void> {
    await rm(this.root, { recursive: true, force: true });
  }
}
