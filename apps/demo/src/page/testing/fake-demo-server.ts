import { createReadStream, existsSync } from 'node:fs';
import { type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';
import type {
  BreakageName,
  DemoEvent,
  NetworkRequest,
  NetworkState,
  PluginsRequest,
  SpeakRequest,
} from '../../protocol.js';
import { fakePlugins, fakeSession, presetSettings } from './fake-session.js';
import { FakeSpeech } from './fake-speech.js';

const mimeTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
};

/** As strict as the page needs the real server to be: nothing inline. */
const policy =
  "default-src 'self'; script-src 'self' blob: 'wasm-unsafe-eval'; worker-src blob:; connect-src 'self' ws:; style-src 'self'; img-src 'self' data:";

/** Serves the built page, and makes up what the demo's server would tell. There is nothing to hear. */
export class FakeDemoServer {
  readonly #streams = new Set<ServerResponse>();
  readonly #server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://localhost');
    if (request.method === 'POST') {
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString()));
      request.on('end', () => this.#post(url.pathname, JSON.parse(body), response));
    } else this.#get(url.pathname, response);
  });
  readonly requests: { path: string; body: unknown }[] = [];
  #network: NetworkState = {
    preset: 'B',
    settings: presetSettings.B,
    blackoutEndsAtMs: null,
    isEmulated: true,
  };
  #plugins = fakePlugins();
  #speech: FakeSpeech | undefined;
  #utterances = 0;

  constructor(private readonly pageDir: string) {}

  get origin(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async start(port = 0): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(port, '127.0.0.1', resolve));
    return this;
  }

  async stop(): Promise<void> {
    this.#speech?.cancel();
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  tell(event: DemoEvent): void {
    for (const stream of this.#streams) stream.write(`data: ${JSON.stringify(event)}\n\n`);
  }

  /** Ends the connections of all pages, as a server does that goes away. */
  drop(): void {
    for (const stream of this.#streams) stream.destroy();
  }

  #get(path: string, response: ServerResponse): void {
    if (path === '/events') {
      response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' });
      this.#streams.add(response);
      response.on('close', () => this.#streams.delete(response));
      const { state } = this.#session();
      response.write(`data: ${JSON.stringify({ kind: 'hello', atMs: performance.now(), state })}\n\n`);
    } else if (path === '/api/session') answer(response, this.#session());
    else if (path === '/api/clock') answer(response, { serverMs: performance.now() });
    else this.#file(path === '/' ? '/index.html' : path, response);
  }

  #session() {
    return fakeSession(this.#network, this.#plugins);
  }

  #file(path: string, response: ServerResponse): void {
    const file = join(this.pageDir, normalize(path));
    if (!file.startsWith(this.pageDir) || !existsSync(file)) {
      response.writeHead(404).end();
      return;
    }
    const type = mimeTypes[extname(file)] ?? 'application/octet-stream';
    response.writeHead(200, { 'Content-Type': type, 'Content-Security-Policy': policy });
    createReadStream(file).pipe(response);
  }

  #post(path: string, body: unknown, response: ServerResponse): void {
    this.requests.push({ path, body });
    switch (path) {
      case '/api/speak':
        this.#speech?.cancel();
        this.#speech = new FakeSpeech(++this.#utterances, body as SpeakRequest, (event) => this.tell(event));
        this.#speech.start();
        answer(response, { ok: true, utterance: this.#utterances });
        break;
      case '/api/stop':
        this.#speech?.stop();
        answer(response, { ok: true, utterance: this.#utterances });
        break;
      case '/api/network':
        this.#changeNetwork(body as NetworkRequest);
        answer(response, { ok: true, network: this.#network });
        break;
      case '/api/plugins':
        this.#changePlugins(body as PluginsRequest);
        answer(response, { ok: true, plugins: this.#plugins });
        break;
      default:
        answer(response, { ok: true });
    }
  }

  #changeNetwork(request: NetworkRequest): void {
    if ('preset' in request)
      this.#network = { ...this.#network, preset: request.preset, settings: presetSettings[request.preset] };
    else if ('blackoutMs' in request) {
      this.#network = { ...this.#network, blackoutEndsAtMs: performance.now() + request.blackoutMs };
      this.#speech?.blackOut(request.blackoutMs);
    } else
      this.#network = { ...this.#network, preset: null, settings: { ...this.#network.settings, ...request } };
    this.tell({ kind: 'network', atMs: performance.now(), network: this.#network });
  }

  #changePlugins(request: PluginsRequest): void {
    const { plugins, choices } = this.#plugins;
    if (request.action === 'choose')
      this.#plugins = {
        ...this.#plugins,
        choices: choices.map((choice) =>
          choice.name === request.name ? { ...choice, chosen: request.value } : choice,
        ),
      };
    else if ('name' in request) this.#breakOrRepair(request.name, request.action === 'break');
    else
      this.#plugins = {
        ...this.#plugins,
        plugins: plugins.map((facts) =>
          facts.id === request.pluginId
            ? { ...facts, state: request.action === 'disable' ? 'disabled' : 'registered' }
            : facts,
        ),
      };
    this.tell({ kind: 'plugins', atMs: performance.now(), plugins: this.#plugins });
  }

  #breakOrRepair(name: BreakageName, isOn: boolean): void {
    const { plugins, breakages } = this.#plugins;
    const broken = breakages.find((each) => each.name === name)?.pluginId;
    this.#plugins = {
      ...this.#plugins,
      breakages: breakages.map((each) => (each.name === name ? { ...each, isOn } : each)),
      plugins: plugins.map((facts) =>
        facts.id !== broken
          ? facts
          : {
              ...facts,
              state: isOn ? 'quarantined' : 'registered',
              faults: isOn ? 3 : 0,
              cause: isOn ? 'encode threw 3 times: the codec was broken on purpose' : null,
            },
      ),
    };
  }
}

function answer(response: ServerResponse, body: unknown): void {
  response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
}
