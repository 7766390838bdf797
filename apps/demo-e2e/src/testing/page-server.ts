import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const workspaceDir = fileURLToPath(new URL('../../../../', import.meta.url));

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
};

/** Files by the path of their address. */
const served: Readonly<Record<string, string>> = {
  '/player.html': 'apps/demo-e2e/src/testing/player-page.html',
  '/eloquence-player.js': 'packages/player/dist/eloquence-player.js',
  '/eloquence-engine.js': 'packages/player/dist/eloquence-engine.js',
  '/eloquence-worklet.js': 'packages/player/dist/eloquence-worklet.js',
  '/livekit-client.esm.mjs': 'node_modules/livekit-client/dist/livekit-client.esm.mjs',
};

/**
 * Serves the pages of the tests on loopback. `?isolated` asks for cross-origin isolation, `?csp=…` for a content
 * security policy.
 */
export class PageServer {
  /** Pages made by a test, by path. */
  readonly pages = new Map<string, string>();
  #server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://localhost');
    const headers: Record<string, string> = { 'Cache-Control': 'no-store' };
    if (url.searchParams.has('isolated')) {
      headers['Cross-Origin-Opener-Policy'] = 'same-origin';
      headers['Cross-Origin-Embedder-Policy'] = 'require-corp';
    }
    const csp = url.searchParams.get('csp');
    if (csp !== null) headers['Content-Security-Policy'] = csp;
    this.#read(url.pathname).then(
      (body) => {
        const type = types[extname(url.pathname)] ?? 'application/octet-stream';
        response.writeHead(200, { ...headers, 'Content-Type': `${type}; charset=utf-8` }).end(body);
      },
      () => response.writeHead(404, headers).end('not here'),
    );
  });

  get origin(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async start(): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return this;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #read(path: string): Promise<string | Buffer> {
    const page = this.pages.get(path);
    if (page !== undefined) return page;
    const file = served[path];
    if (file === undefined) throw new Error(`${path} is not served`);
    return readFile(join(workspaceDir, file));
  }
}
