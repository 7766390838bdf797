import {
  Clock,
  type PluginDescriptor,
  SentenceSegmenter,
  type ServiceProvider,
  createToken,
  provide,
} from '@eloquence/plugin-api';
import { afterEach, describe, expect, it } from 'vitest';
import { notingVoice, wholeTextSegmenter } from './testing/speech-parts.js';
import { SessionHarness, type SessionHarnessOptions } from './testing/session-harness.js';
import { testPlugin } from '../plugins/testing/test-plugin.js';

let harness: SessionHarness | undefined;
let spoken: string[] = [];
afterEach(async () => {
  await harness?.dispose();
  expect(harness?.rejections ?? []).toEqual([]);
  harness = undefined;
});

async function open(options: SessionHarnessOptions): Promise<SessionHarness> {
  spoken = [];
  harness = await new SessionHarness({ voice: notingVoice(spoken), ...options }).open();
  return harness;
}

async function say(text: string): Promise<string[]> {
  spoken.length = 0;
  await harness!.settle(harness!.session.say(text).done);
  return [...spoken];
}

/** A plugin that provides services. */
function servicePlugin(name: string, ...providers: ServiceProvider[]): PluginDescriptor {
  return testPlugin(name, {
    contributes: { services: providers.map(({ token }) => token.id) },
    plugin: {
      activate: ({ services }) => {
        for (const provider of providers) services.register(provider.token.id, provider);
      },
    },
  });
}

const segmenterOf = (create: () => SentenceSegmenter): ServiceProvider =>
  provide(SentenceSegmenter, { create });
const whole = (): ServiceProvider => segmenterOf(() => wholeTextSegmenter(''));
const stateOf = (id: string): string | undefined =>
  harness?.kernel.host.plugins().find((plugin) => plugin.id === id)?.state;

const text = 'One is here. Two is there.';
const builtIn = ['One is here.', 'Two is there.'];

describe('a plugin that replaces the sentence segmenter', () => {
  it('cuts the texts; without it, the built-in one does', async () => {
    await open({ plugins: [servicePlugin('whole', whole())] });
    expect(await say(text)).toEqual([text]);
    await harness!.dispose();
    await open({});
    expect(await say(text)).toEqual(builtIn);
  });

  it('is not asked, nor loaded, where the application replaces the segmenter itself', async () => {
    const services = [segmenterOf(() => wholeTextSegmenter(' (application)'))];
    await open({ plugins: [servicePlugin('whole', whole())], services });
    expect(await say(text)).toEqual([`${text} (application)`]);
    expect(stateOf('whole')).toBe('registered');
  });

  it('makes place at once when it is disabled, and comes back when it is enabled', async () => {
    await open({ plugins: [servicePlugin('whole', whole())] });
    await harness!.settle(harness!.kernel.host.disable('whole'));
    expect(await say(text)).toEqual(builtIn);
    await harness!.settle(harness!.kernel.host.enable('whole'));
    await harness!.advance(5);
    expect(await say(text)).toEqual([text]);
  });

  it.each([
    ['throws', () => ({ ...wholeTextSegmenter('').begin(), finish: () => boom() })],
    ['gives no list', () => ({ ...wholeTextSegmenter('').begin(), finish: () => 1 as never })],
    ['gives what is not in the text', () => wholeTextSegmenter('!').begin()],
    ['cannot begin', () => boom()],
  ] as const)('that %s is replaced within the text, and given up after three times', async (_, begin) => {
    await open({
      plugins: [
        servicePlugin(
          'broken',
          segmenterOf(() => ({ begin })),
        ),
      ],
    });
    for (let fault = 0; fault < 3; fault++) expect(await say(text)).toEqual(builtIn);
    expect(stateOf('broken')).toBe('quarantined');
    expect(await say(text)).toEqual(builtIn);
  });

  it('loses no word of a text that it gave the first part of', async () => {
    const half = (): SentenceSegmenter => ({
      begin: () => {
        let calls = 0;
        return {
          canFlush: false,
          push: () => {
            if (++calls > 1) return boom();
            return [{ index: 0, text: 'Zero.', startIndex: 0, endsSentence: false, isSpeakable: true }];
          },
          flush: () => [],
          finish: () => [],
        };
      },
    });
    await open({ plugins: [servicePlugin('half', segmenterOf(half))] });
    async function* tokens(): AsyncGenerator<string> {
      yield 'Zero. ';
      yield text;
    }
    await harness!.settle(harness!.session.say(tokens()).done);
    expect(spoken).toEqual(['Zero.', ...builtIn]);
  });
});

describe('services that plugins add', () => {
  interface Lexicon {
    readonly mark: string;
  }
  const Lexicon = createToken<Lexicon>('acme.lexicon', 'root');
  let made = 0;
  let disposed = 0;
  const lexicon = provide(Lexicon, {
    deps: { clock: Clock },
    create: ({ clock }) => ({ mark: ` ${++made} at ${clock.nowMs()}`, dispose: () => void disposed++ }),
  });
  const marked = (at: string[]): ServiceProvider =>
    provide(SentenceSegmenter, {
      deps: { lexicon: Lexicon },
      create: ({ lexicon: { mark } }) => (at.push(mark), wholeTextSegmenter('')),
    });

  it('are made once for all sessions if they are of the root, and disposed with their plugin', async () => {
    made = disposed = 0;
    const marks: string[] = [];
    await open({ plugins: [servicePlugin('lexicon', lexicon), servicePlugin('marked', marked(marks))] });
    const second = harness!.createSession();
    await harness!.settle(second.open());
    expect(marks).toEqual([' 1 at 10000', ' 1 at 10000']);
    expect(await say(text)).toEqual([text]);
    second.dispose();
    expect(disposed).toBe(0);
    // What needs it goes with it.
    await harness!.settle(harness!.kernel.host.disable('lexicon'));
    expect(disposed).toBe(1);
    expect(await say(text)).toEqual(builtIn);
  });

  it('that need what nobody provides, or each other, are a fault of their plugin, with the path', async () => {
    const A = createToken<SentenceSegmenter>('acme.a', 'session');
    const circle = provide(A, { deps: { s: SentenceSegmenter }, create: ({ s }) => s });
    const start = provide(SentenceSegmenter, { deps: { a: A }, create: ({ a }) => a });
    for (const [providers, message] of [
      [[marked([])], "'acme.lexicon', needed by 'core.sentenceSegmenter', is not registered"],
      [[start, circle], 'core.sentenceSegmenter → acme.a → core.sentenceSegmenter'],
    ] as const) {
      await open({ plugins: [servicePlugin('wrong', ...providers)] });
      expect(await say(text)).toEqual(builtIn);
      const { lastFault } = harness!.kernel.host.plugins().find(({ id }) => id === 'wrong')!;
      expect(lastFault?.message).toContain(message);
      await harness!.dispose();
    }
  });

  it('cannot take the name of one of the kernel that plugins may not replace', async () => {
    const Host = createToken<object>('core.pluginHost', 'root');
    await open({ plugins: [servicePlugin('greedy', provide(Host, { create: () => ({}) }))] });
    const { state, cause } = harness!.kernel.host.plugins().find(({ id }) => id === 'greedy')!;
    expect([state, cause?.code]).toEqual(['failed', 'PLUGIN_INVALID']);
    expect(cause?.message).toContain('contributes.services[0].id must not be a service of the kernel');
  });
});

function boom(): never {
  throw new Error('boom');
}
