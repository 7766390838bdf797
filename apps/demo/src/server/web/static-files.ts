import { createReadStream } from 'node:fs';
import { realpath, stat } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { extname, join, sep } from 'node:path';
import { pipeline } from 'node:stream/promises';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.map': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.wasm': 'application/wasm',
  '.txt': 'text/plain; charset=utf-8',
};

/** The files below one folder. */
export class StaticFiles {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Whether the page has been built. */
  async hasPage(): Promise<boolean> {
    return (await this.#find('/')) !== undefined;
  }

  /**
   * Answers with a file.
   *
   * @param path path of the address, as it came
   * @returns false if there is none: nothing was answered then
   */
  async serve(path: string, response: ServerResponse, isHead: boolean): Promise<boolean> {
    const found = await this.#find(path);
    if (found === undefined) return false;
    const type = TYPES[extname(found.file)] ?? 'application/octet-stream';
    // Names under assets/ carry a digest of what is in them.
    const isForever = path.startsWith('/assets/');
    response.writeHead(200, {
      'Content-Type': type,
      'Content-Length': found.bytes,
      'Cache-Control': isForever ? 'public, max-age=31536000, immutable' : 'no-cache',
    });
    if (isHead) response.end();
    // A page that goes away in the middle is no error.
    else await pipeline(createReadStream(found.file), response).catch(() => response.destroy());
    return true;
  }

  async #find(path: string): Promise<{ readonly file: string; readonly bytes: number } | undefined> {
    const name = decode(path);
    if (name === undefined || /[\0\\]/.test(name)) return undefined;
    try {
      const folder = await realpath(this.#folder);
      // Links are followed before the check, so that none leads out of the folder.
      const file = await realpath(join(folder, name === '/' ? 'index.html' : name));
      if (!file.startsWith(folder + sep)) return undefined;
      const { size } = await stat(file).then((info) => (info.isFile() ? info : { size: undefined }));
      return size === undefined ? undefined : { file, bytes: size };
    } catch {
      // Not there, or not for us to read: both are "not found".
      return undefined;
    }
  }
}

function decode(path: string): string | undefined {
  try {
    return decodeURIComponent(path);
  } catch {
    return undefined;
  }
}
