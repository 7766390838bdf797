import { type Hash, createHash } from 'node:crypto';
import { type LiveKitServer, findOrStartLiveKitServer } from '@eloquence/livekit-server';
import { type Room, connectRoom } from '@eloquence/livekit-adapter';
import type { PcmChunk } from '@eloquence/plugin-api';
import { AdaptiveAudioStreamer, type StreamerOptions, type Utterance } from '@eloquence/streamer';
import { AccessToken } from 'livekit-server-sdk';
import type { Browser, Page } from 'playwright-core';
import { type BrowserOptions, launchBrowser } from './browser.js';
import { PageServer } from './page-server.js';
import type { Tab } from './tab.js';

export const sourceRateHz = 24_000;

export interface PageOptions {
  readonly room: string;
  readonly url?: string;
  readonly identity?: string;
  readonly isIsolated?: boolean;
  readonly csp?: string;
  readonly sampleRateHz?: number;
  readonly options?: Record<string, unknown>;
  readonly record?: boolean;
}

/** A page's event, flattened. */
export interface PageEvent {
  readonly name: string;
  readonly [field: string]: unknown;
}

/** A real server, a browser, pages with a player in them and senders in this process. */
export class PlayerHarness {
  readonly #senders: { identity: string; room: Room; streamer: AdaptiveAudioStreamer }[] = [];
  readonly #pages: Page[] = [];
  #rooms = 0;

  private constructor(
    readonly server: LiveKitServer,
    readonly browser: Browser,
    readonly pages: PageServer,
  ) {}

  /** `undefined` where there is no browser, and none is demanded. */
  static async start(options: BrowserOptions = {}): Promise<PlayerHarness | undefined> {
    const browser = await launchBrowser(options);
    if (browser === undefined) return undefined;
    const server = await findOrStartLiveKitServer({ allowSimulated: false });
    if (server.kind !== 'server') throw new Error(server.reason);
    return new PlayerHarness(server, browser, await new PageServer().start());
  }

  newRoomName(): string {
    return `page-${process.pid}-${this.#rooms++}`;
  }

  token(room: string, identity: string): Promise<string> {
    const { apiKey, apiSecret } = this.server;
    const token = new AccessToken(apiKey, apiSecret, { identity, ttl: 600 });
    token.addGrant({ roomJoin: true, room });
    return token.toJwt();
  }

  async openPage(path: string): Promise<Page> {
    const context = await this.browser.newContext();
    const page = await context.newPage();
    page.on('pageerror', (error) => console.error('page:', error.message));
    this.#pages.push(page);
    await page.goto(`${this.pages.origin}${path}`);
    return page;
  }

  /** Opens a page whose player listens in a room. */
  async listen(options: PageOptions): Promise<PlayerPage> {
    const query = new URLSearchParams();
    if (options.isIsolated === true) query.set('isolated', '');
    if (options.csp !== undefined) query.set('csp', options.csp);
    const page = await this.openPage(`/player.html?${query.toString()}`);
    const listening = new PlayerPage(page);
    const { room, url = this.server.url, identity = 'page', sampleRateHz, options: player, record } = options;
    await listening.start({
      url,
      token: await this.token(room, identity),
      options: { reportsFrames: true, ...player },
      ...(sampleRateHz === undefined ? {} : { sampleRateHz }),
      ...(record === undefined ? {} : { record }),
    });
    return listening;
  }

  async speaker(
    room: string,
    identity = 'agent',
    options: StreamerOptions = {},
  ): Promise<AdaptiveAudioStreamer> {
    const connected = await connectRoom({ url: this.server.url, token: await this.token(room, identity) });
    const streamer = new AdaptiveAudioStreamer(connected, {
      profile: 'BALANCED_OPTIMAL',
      preloadVoice: false,
      ...options,
    });
    this.#senders.push({ identity, room: connected, streamer });
    await streamer.initialize();
    return streamer;
  }

  /** Script memory of the page that was opened last, after its garbage is collected. */
  async heapBytes(): Promise<number> {
    const page = this.#pages.at(-1)!;
    const session = await page.context().newCDPSession(page);
    await session.send('HeapProfiler.collectGarbage');
    const { usedSize } = await session.send('Runtime.getHeapUsage');
    await session.detach();
    return usedSize;
  }

  /** The room of a sender. */
  roomOf(identity: string): Room {
    const sender = this.#senders.find((candidate) => candidate.identity === identity);
    if (sender === undefined) throw new Error(`${identity} does not speak here`);
    return sender.room;
  }

  /** A sender that waits until somebody takes the data lane. */
  async speakerWhenHeard(room: string): Promise<AdaptiveAudioStreamer> {
    const endMs = performance.now() + 15_000;
    for (;;) {
      const streamer = await this.speaker(room);
      if (streamer.lane === 'data') return streamer;
      await this.leave('agent');
      if (performance.now() > endMs) throw new Error('nobody takes the data lane');
    }
  }

  /** A sender leaves its room. */
  async leave(identity: string): Promise<void> {
    const at = this.#senders.findIndex((sender) => sender.identity === identity);
    for (const { room, streamer } of this.#senders.splice(at, 1)) {
      await streamer.dispose();
      await room.disconnect();
    }
  }

  /** Ends senders and pages; server and browser go on. */
  async clear(): Promise<void> {
    for (const page of this.#pages.splice(0)) await page.context().close();
    for (const { room, streamer } of this.#senders.splice(0)) {
      await streamer.dispose();
      await room.disconnect();
    }
  }

  async stop(): Promise<void> {
    await this.clear();
    await this.browser.close();
    await this.pages.stop();
    await this.server.stop();
  }
}

/** A page with a player, seen from the test. */
export class PlayerPage {
  started: Record<string, unknown> = {};

  constructor(readonly page: Tab) {}

  async start(options: Record<string, unknown>): Promise<void> {
    const endMs = performance.now() + 15_000;
    while (!(await this.page.evaluate('window.harness !== undefined'))) {
      if (performance.now() > endMs) throw new Error('the page did not load');
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    this.started = await this.call('start', options);
  }

  /** Clicks as a user does, with all the rights that this gives the page. */
  async click(selector: string): Promise<void> {
    if (!('click' in this.page)) throw new Error('only pages of Playwright can be clicked');
    await (this.page as Page).click(selector);
  }

  call<T>(name: string, ...args: unknown[]): Promise<T> {
    return this.page.evaluate<T>(`window.harness.${name}(...${JSON.stringify(args)})`);
  }

  events(): Promise<PageEvent[]> {
    return this.call('events');
  }

  async eventsOf(name: string): Promise<PageEvent[]> {
    return (await this.events()).filter((event) => event.name === name);
  }

  /** Waits for as many events of a name. */
  async waitFor(name: string, count = 1, limitMs = 20_000): Promise<PageEvent[]> {
    const endMs = performance.now() + limitMs;
    for (;;) {
      const events = await this.eventsOf(name);
      if (events.length >= count) return events;
      if (performance.now() > endMs) {
        const all = JSON.stringify(await this.events());
        throw new Error(`no ${count} × ${name} within ${limitMs} ms: ${all}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  /** SHA-256 over the payloads of the frames of one sender, in the order in which they were played. */
  async takeDigest(sender = 'agent'): Promise<{ digest: string; indices: number[] }> {
    const frames = await this.call<{ sender: string; index: number; payload: string }[]>('takeFrames');
    const hash = createHash('sha256');
    const own = frames.filter((frame) => frame.sender === sender);
    for (const { payload } of own) hash.update(Buffer.from(payload, 'base64'));
    return { digest: hash.digest('hex'), indices: own.map(({ index }) => index) };
  }

  /** The same for every sender. */
  async takeDigests(): Promise<Map<string, string>> {
    const frames = await this.call<{ sender: string; payload: string }[]>('takeFrames');
    const hashes = new Map<string, Hash>();
    for (const { sender, payload } of frames) {
      const hash = hashes.get(sender) ?? createHash('sha256');
      hashes.set(sender, hash.update(Buffer.from(payload, 'base64')));
    }
    return new Map([...hashes].map(([sender, hash]) => [sender, hash.digest('hex')]));
  }

  /** How far the page's clock is ahead of this process', by the quickest of 40 questions; right to half its time. */
  async clockOffset(): Promise<{ offsetMs: number; errorMs: number }> {
    let best = { offsetMs: 0, errorMs: Infinity };
    for (let count = 0; count < 40; count++) {
      const askedMs = performance.now();
      const pageMs = await this.call<number>('now');
      const answeredMs = performance.now();
      const errorMs = (answeredMs - askedMs) / 2;
      if (errorMs < best.errorMs) best = { offsetMs: pageMs - askedMs - errorMs, errorMs };
    }
    return best;
  }

  /** Runs of nothing but zeros of 20 ms or more within the sound, in ms. */
  async silences(): Promise<number[]> {
    const { sound, sampleRateHz } = await this.takeSound();
    const first = sound.findIndex((sample) => sample !== 0);
    const last = sound.findLastIndex((sample) => sample !== 0);
    const found: number[] = [];
    let run = 0;
    for (let at = first; at <= last; at++) {
      if (sound[at] === 0) run++;
      else {
        if ((run * 1000) / sampleRateHz >= 20) found.push((run * 1000) / sampleRateHz);
        run = 0;
      }
    }
    return found;
  }

  /** What came out of the worklet so far. */
  async takeSound(): Promise<{ sampleRateHz: number; sound: Float32Array }> {
    const { sampleRateHz, sound } = await this.call<{ sampleRateHz: number; sound: string }>('takeSound');
    const bytes = Buffer.from(sound, 'base64');
    return { sampleRateHz, sound: new Float32Array(new Uint8Array(bytes).buffer) };
  }
}

/** Speech that is there at once, or at a multiple of real time. */
export async function* pcmSource(
  pcm: Int16Array,
  timesRealTime = Infinity,
  onFirst?: (atMs: number) => void,
): AsyncGenerator<PcmChunk> {
  const chunk = sourceRateHz / 10;
  const beganMs = performance.now();
  for (let at = 0; at < pcm.length; at += chunk) {
    const dueMs = beganMs + ((at / sourceRateHz) * 1000) / timesRealTime;
    if (dueMs > performance.now())
      await new Promise((resolve) => setTimeout(resolve, dueMs - performance.now()));
    if (at === 0) onFirst?.(performance.now());
    yield { samples: pcm.slice(at, at + chunk), sampleRateHz: sourceRateHz };
  }
}

/** SHA-256 over the encoded frames of an utterance; read it when the utterance is done. */
export function digestOf(utterance: Utterance): () => string {
  const hash = createHash('sha256');
  utterance.onDidEncodeFrame(({ payload }) => hash.update(payload));
  return () => hash.copy().digest('hex');
}
