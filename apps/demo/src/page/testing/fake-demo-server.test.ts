import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { DemoEvent, DemoRequests, SessionFacts } from '../../protocol.js';
import { DemoModel, armIds } from '../state/demo-model.js';
import { judge } from '../state/verdict.js';
import { FakeDemoServer } from './fake-demo-server.js';

let server: FakeDemoServer;
let model: DemoModel;
let abort: AbortController;

beforeEach(async () => {
  server = await new FakeDemoServer('nowhere').start();
  model = new DemoModel();
  abort = new AbortController();
  model.start((await (await fetch(`${server.origin}/api/session`)).json()) as SessionFacts);
  const { body } = await fetch(`${server.origin}/events`, { signal: abort.signal });
  void follow(body!).catch(() => undefined);
});

afterEach(async () => {
  abort.abort();
  await server.stop();
});

async function follow(body: ReadableStream<Uint8Array>): Promise<void> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of body) {
    const blocks = (rest + decoder.decode(chunk, { stream: true })).split('\n\n');
    rest = blocks.pop() ?? '';
    for (const block of blocks) model.apply(JSON.parse(block.slice('data: '.length)) as DemoEvent);
  }
}

async function post<Path extends keyof DemoRequests>(path: Path, body: DemoRequests[Path]): Promise<void> {
  await fetch(server.origin + path, { method: 'POST', body: JSON.stringify(body) });
}

describe('the page’s model behind a made-up server', () => {
  it('follows an utterance from its text to the end of each arm', async () => {
    await post('/api/speak', { text: 'Hello there.', language: 'en', arms: armIds, mode: 'whole' });
    await expect.poll(() => model.run?.isOver, { timeout: 10_000 }).toBe(true);
    expect(judge(model.run)).toMatchObject({ marginMs: 114, ranking: [{ arm: 'eloquence' }, {}, {}] });
    for (const arm of model.run!.arms.values()) expect(arm.end?.outcome).toBe('complete');
    expect(model.run).toMatchObject({ isVoiceComplete: true });
    expect(model.history.atS.length).toBeGreaterThan(0);
  });

  it('follows changes of the network and of the plugins', async () => {
    await post('/api/network', { preset: 'E' });
    await expect.poll(() => model.network?.preset).toBe('E');
    await post('/api/network', { delayMs: 99 });
    await expect.poll(() => model.network?.settings.delayMs).toBe(99);
    expect(model.network).toMatchObject({ preset: null, settings: { lossPercent: 8 } });
    await post('/api/plugins', { action: 'break', name: 'codec-throws' });
    await expect
      .poll(() => model.plugins?.plugins.find(({ id }) => id === 'demo.broken-codec')?.state)
      .toBe('quarantined');
  });
});
