import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSystemClock } from '@eloquence/plugin-api';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { DemoClient } from '../../testing/demo-client.js';
import { FakeService } from '../../testing/fake-service.js';
import { DemoWebServer } from './demo-web-server.js';
import { maxBodyBytes } from './web-app.js';

const clock = createSystemClock();
let folder: string;
let service: FakeService;
let web: DemoWebServer;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'demo-web-'));
  await writeFile(join(folder, 'secret.txt'), 'secret');
  const page = join(folder, 'page');
  await mkdir(join(page, 'assets'), { recursive: true });
  await writeFile(join(page, 'index.html'), '<!doctype html>');
  await writeFile(join(page, 'assets', 'a-1.js'), 'export {};');
  await writeFile(join(page, 'assets', 'a.wasm'), '');
  await writeFile(join(page, 'assets', 'big.txt'), 'x'.repeat(8_000_000));
  await symlink(join(folder, 'secret.txt'), join(page, 'leak.txt'));
  service = new FakeService();
  web = await DemoWebServer.start({ service, clock, pageFolder: page });
});

afterAll(async () => {
  await web.close();
  await rm(folder, { recursive: true });
});

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** With nothing put right on the way, as `fetch` would. */
function ask(
  path: string,
  options: {
    readonly method?: string;
    readonly headers?: Record<string, string>;
    readonly body?: string;
  } = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const { method = 'GET', headers = {}, body } = options;
    const address = { host: '127.0.0.1', port: web.port, path };
    // Each over a connection of its own.
    const asking = request({ ...address, method, headers, agent: false }, (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: Buffer.concat(parts).toString(),
        }),
      );
    });
    asking.on('error', reject);
    asking.end(body);
  });
}

const json = { 'Content-Type': 'application/json' };
const post = (path: string, body: string, headers: Record<string, string> = json): Promise<Answer> =>
  ask(path, { method: 'POST', headers, body });
const codeOf = ({ body }: Answer): unknown => (JSON.parse(body) as { error: { code: unknown } }).error.code;

describe('the page', () => {
  it('comes isolated, with a policy without inline scripts, and with its types', async () => {
    const { status, headers, body } = await ask('/');
    expect([status, body]).toEqual([200, '<!doctype html>']);
    expect(headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-embedder-policy': 'require-corp',
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-cache',
    });
    expect(headers['content-security-policy']).not.toContain('unsafe-inline');
    expect((await ask('/assets/a-1.js')).headers).toMatchObject({
      'content-type': 'text/javascript; charset=utf-8',
      'cache-control': expect.stringContaining('immutable'),
    });
    expect((await ask('/assets/a.wasm')).headers['content-type']).toBe('application/wasm');
    expect(await ask('/assets/a-1.js', { method: 'HEAD' })).toMatchObject({ status: 200, body: '' });
  });

  it.each([
    '/../secret.txt',
    '/%2e%2e/secret.txt',
    '/assets/..%2f..%2f..%2fsecret.txt',
    '/..%5csecret.txt',
    '/leak.txt',
    '/%00',
    '/%',
    '/assets',
    '//secret.txt',
    '/nothing.js',
  ])('gives nothing from elsewhere: %s', async (path) => {
    const answer = await ask(path);
    expect(answer.status).toBe(404);
    expect(answer.body).not.toContain('secret');
    expect(codeOf(answer)).toBe('OPTION_INVALID');
  });

  it('says what to do where it has not been built', async () => {
    const bare = await DemoWebServer.start({ service, clock, pageFolder: join(folder, 'nothing') });
    const answer = await fetch(bare.url);
    expect(answer.status).toBe(503);
    expect(await answer.json()).toMatchObject({ error: { hint: expect.stringContaining('build') } });
    await bare.close();
  });
});

describe('callers', () => {
  it.each<[Record<string, string>, number]>([
    [{ Host: 'evil.example' }, 403],
    [{ Host: '127.0.0.1:1' }, 403],
    [{ Host: '127.0.0.1.evil.example' }, 403],
    [{ Origin: 'https://evil.example' }, 403],
    [{ Origin: 'null' }, 403],
    [{ Origin: 'http://127.0.0.1:1' }, 403],
  ])('are refused for %j', async (headers, status) => {
    const answer = await post('/api/stop', '{}', { ...json, ...headers });
    expect(answer.status).toBe(status);
    expect(codeOf(answer)).toBe('OPTION_INVALID');
    expect((await ask('/', { headers })).status).toBe(status);
  });

  it('may be the page itself, under each name of this machine', async () => {
    for (const host of ['127.0.0.1', 'localhost', '[::1]']) {
      const headers = { ...json, Host: `${host}:${web.port}`, Origin: `http://${host}:${web.port}` };
      expect((await post('/api/stop', '{}', headers)).status, host).toBe(200);
    }
  });

  it('may not post across sites, even without an origin', async () => {
    expect((await post('/api/stop', '{}', { ...json, 'Sec-Fetch-Site': 'cross-site' })).status).toBe(403);
  });

  it.each(['cross-site', 'same-site'])(
    'may not get anything from a page of another origin: %s',
    async (site) => {
      const embedded = { 'Sec-Fetch-Site': site, 'Sec-Fetch-Mode': 'no-cors', 'Sec-Fetch-Dest': 'script' };
      for (const path of ['/', '/assets/a-1.js', '/api/session', '/api/clock', '/events'])
        expect((await ask(path, { headers: embedded })).status, path).toBe(403);
      const navigating = { 'Sec-Fetch-Site': site, 'Sec-Fetch-Mode': 'navigate' };
      const status = async (path: string, dest: string): Promise<number> =>
        (await ask(path, { headers: { ...navigating, 'Sec-Fetch-Dest': dest } })).status;
      expect(await status('/', 'iframe')).toBe(403);
      expect(await status('/api/session', 'document')).toBe(403);
      // A link to the page may be followed.
      expect(await status('/', 'document')).toBe(200);
    },
  );

  it('may be the page, and the user who types the address', async () => {
    for (const site of ['same-origin', 'none'])
      expect((await ask('/api/clock', { headers: { 'Sec-Fetch-Site': site } })).status, site).toBe(200);
  });
});

describe('requests', () => {
  it('are handed over as JSON objects', async () => {
    expect(JSON.parse((await post('/api/speak', '{"text":"é"}')).body)).toEqual({ ok: true, utterance: 1 });
    expect(service.asked).toEqual([{ path: '/api/speak', body: { text: 'é' } }]);
  });

  it.each(['', '{', '[]', '"text"', 'null', '1'])(
    'that are not JSON objects are refused: %j',
    async (body) => {
      const answer = await post('/api/speak', body);
      expect([answer.status, codeOf(answer)]).toEqual([400, 'OPTION_INVALID']);
    },
  );

  it('that forms could send are refused', async () => {
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'application/jsonp'])
      expect((await post('/api/speak', '{}', { 'Content-Type': type })).status, type).toBe(400);
  });

  it('that are too long are refused, announced or not', async () => {
    const long = JSON.stringify({ text: 'x'.repeat(maxBodyBytes) });
    expect((await post('/api/speak', long)).status).toBe(413);
    expect((await post('/api/speak', long, { ...json, 'Transfer-Encoding': 'chunked' })).status).toBe(413);
  });

  it('that fail are answered with what is wrong', async () => {
    const invalid = await post('/api/network', '{}');
    expect([invalid.status, codeOf(invalid)]).toEqual([400, 'LINK_INVALID']);
    const defect = await post('/api/plugins', '{}');
    expect([defect.status, codeOf(defect)]).toEqual([500, 'INTERNAL']);
  });

  it('that do not exist are not found, whatever their name', async () => {
    for (const path of ['/api/nothing', '/api/toString', '/constructor', '/__proto__'])
      expect((await post(path, '{}')).status, path).toBe(404);
    expect((await ask('/', { method: 'DELETE' })).status).toBe(405);
  });

  it('tell the clock and the session', async () => {
    expect(JSON.parse((await ask('/api/clock')).body)).toEqual({ serverMs: 42 });
    expect(JSON.parse((await ask('/api/session?x=1')).body)).toMatchObject({ server: { kind: 'simulated' } });
  });

  it('that are no HTTP do not end the server', async () => {
    await new Promise<void>((resolve, reject) => {
      const socket = connect(web.port, '127.0.0.1', () => socket.end('nonsense\r\n\r\n'));
      socket.on('close', () => resolve());
      socket.on('error', reject);
      socket.resume();
    });
    expect((await ask('/api/clock')).status).toBe(200);
  });
});

describe('connections', () => {
  let sockets: Socket[];
  beforeEach(() => {
    sockets = [];
  });
  afterEach(() => sockets.forEach((socket) => socket.destroy()));

  /** More than the server keeps; what they are sent is not read. */
  const flood = async (text: string): Promise<void> => {
    for (let count = 0; count < 140; count++) {
      const socket = connect(web.port, '127.0.0.1');
      sockets.push(socket);
      socket.on('error', () => undefined);
      await new Promise((resolve) => socket.once('connect', resolve));
      socket.write(text);
    }
  };

  it.each([
    ['without a request', ''],
    ['with half a request', 'GET / HTTP/1.1\r\nHost: 127.0.0.1'],
    ['with a body that does not come', `POST /api/stop HTTP/1.1\r\nContent-Length: 9\r\nHost: `],
    ['that do not read the answer', `GET /assets/big.txt HTTP/1.1\r\nHost: `],
  ])('%s do not lock others out, nor end the events of a page', async (_name, text) => {
    const client = await new DemoClient(web.url).follow();
    await flood(text.endsWith('Host: ') ? `${text}127.0.0.1:${web.port}\r\n\r\n` : text);
    await expect(ask('/api/clock')).resolves.toMatchObject({ status: 200 });
    service.posted.fire({ kind: 'firstPcm', atMs: 2, utterance: 1 });
    await client.waitFor('firstPcm');
    await client.close();
  });
});

describe('events', () => {
  it('begin with the whole state, and follow in order', async () => {
    const client = await new DemoClient(web.url).follow();
    expect(client.events[0]).toMatchObject({ kind: 'hello', state: { speaking: null } });
    service.posted.fire({ kind: 'textReady', atMs: 1, utterance: 1, length: 3 });
    service.posted.fire({ kind: 'firstPcm', atMs: 2, utterance: 1 });
    await client.waitFor('firstPcm');
    expect(client.events.map(({ kind }) => kind)).toEqual(['hello', 'textReady', 'firstPcm']);
    expect(web.pages).toBe(1);
    await client.close();
    await expect.poll(() => web.pages).toBe(0);
  });

  it('are for a limited number of pages', async () => {
    const clients: DemoClient[] = [];
    for (let count = 0; count < 16; count++) clients.push(await new DemoClient(web.url).follow());
    await expect(new DemoClient(web.url).follow()).rejects.toThrow('503');
    for (const client of clients) await client.close();
    await expect.poll(() => web.pages).toBe(0);
  });
});
