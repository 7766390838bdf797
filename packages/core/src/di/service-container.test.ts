import {
  EloquenceError,
  type ServiceProvider,
  type Token,
  createToken,
  provide,
} from '@eloquence/plugin-api';
import { describe, expect, it, vi } from 'vitest';
import { replaceServices } from './check-services.js';
import { ServiceContainer, type ServiceScope } from './service-container.js';

interface Named {
  readonly name: string;
}
interface Engine {
  readonly settings: Named;
  dispose(): void;
}
interface Pipeline {
  readonly engine: Engine;
  readonly user: Named;
  dispose(): void;
}
const Settings = createToken<Named>('test.settings', 'root');
const Engine = createToken<Engine>('test.engine', 'root');
const User = createToken<Named>('test.user', 'session');
const Pipeline = createToken<Pipeline>('test.pipeline', 'session');

const disposed: string[] = [];

const settings = provide(Settings, { create: () => ({ name: 'settings' }) });
const engine = provide(Engine, {
  deps: { settings: Settings },
  create: (deps) => ({ ...deps, dispose: () => void disposed.push('engine') }),
});
const pipeline = provide(Pipeline, {
  deps: { engine: Engine, user: User },
  create: (deps) => ({ ...deps, dispose: () => void disposed.push(`pipeline of ${deps.user.name}`) }),
});
const user = (name: string): ServiceProvider => provide(User, { create: () => ({ name }) });

function thrownBy(run: () => unknown): EloquenceError {
  try {
    run();
  } catch (error) {
    expect(error).toBeInstanceOf(EloquenceError);
    return error as EloquenceError;
  }
  throw new Error('nothing was thrown');
}

function standardContainer(): ServiceContainer {
  disposed.length = 0;
  return new ServiceContainer([pipeline, engine, settings], [User]);
}

function sessionOf(services: ServiceContainer, name: string): ServiceScope {
  return services.createSession([user(name)]);
}

describe('ServiceContainer', () => {
  it('shares root services between sessions and nothing else', () => {
    const services = standardContainer();
    const first = sessionOf(services, 'ada');
    const second = sessionOf(services, 'bob');
    const a = first.resolve(Pipeline);
    const b = second.resolve(Pipeline);
    expect(a).not.toBe(b);
    expect([a.user.name, b.user.name]).toEqual(['ada', 'bob']);
    expect(a.engine).toBe(b.engine);
    expect(services.resolve(Engine)).toBe(a.engine);
    expect(first.resolve(Pipeline)).toBe(a);
  });

  it('makes everything at the start of its scope, once, whatever the order of the list', () => {
    const made: string[] = [];
    const note = (token: Token<Named>, deps: Record<string, Token<unknown>> = {}): ServiceProvider =>
      provide(token, { deps, create: () => ({ name: String(made.push(token.id)) }) });
    const Late = createToken<Named>('test.late', 'session');
    const services = new ServiceContainer([note(Late, { user: User }), note(User), note(Settings)]);
    expect(made).toEqual(['test.settings']);
    services.createSession().resolve(Late);
    expect(made).toEqual(['test.settings', 'test.user', 'test.late']);
  });

  it('makes a service of the sessions once for all of them if its provider says root', () => {
    const shared = provide(User, { scope: 'root', create: () => ({ name: 'everybody' }) });
    const services = new ServiceContainer([shared, pipeline, engine, settings]);
    const of = (): Pipeline => services.createSession().resolve(Pipeline);
    expect(of().user).toBe(of().user);
  });

  it('keeps a root service alive when the session that first asked for it ends', () => {
    const services = standardContainer();
    const session = sessionOf(services, 'ada');
    const { engine: shared } = session.resolve(Pipeline);
    services.endSession(session);
    expect(disposed).toEqual(['pipeline of ada']);
    expect(services.resolve(Engine)).toBe(shared);
    services.dispose();
    expect(disposed).toEqual(['pipeline of ada', 'engine']);
  });

  it('refuses a root service that needs a session service, before anything is made', () => {
    const create = vi.fn(() => ({ name: '' }));
    const captive = provide(createToken<Named>('test.captive', 'root'), { deps: { user: User }, create });
    const error = thrownBy(() => new ServiceContainer([captive], [User]));
    expect(error.message).toContain("Root service 'test.captive' needs 'test.user'");
    expect(error.message).toContain('lives with one session only');
    expect(error.hint).toContain('session');
    expect(create).not.toHaveBeenCalled();
  });

  it('refuses a session service made once for all that needs one of a session', () => {
    const shared = provide(createToken<Named>('test.shared', 'session'), {
      scope: 'root',
      deps: { user: User },
      create: (deps) => deps.user,
    });
    expect(thrownBy(() => new ServiceContainer([shared], [User])).message).toContain("'test.user'");
  });

  it('names an unknown service and who needs it', () => {
    const error = thrownBy(() => new ServiceContainer([pipeline, engine], [User]));
    expect(error.message).toContain("'test.settings', needed by 'test.engine'");
    const session = sessionOf(new ServiceContainer([pipeline, engine, settings], [User]), 'ada');
    expect(session.resolve(Pipeline).engine.settings.name).toBe('settings');
    const Missing = createToken<Named>('test.missing', 'session');
    expect(thrownBy(() => session.resolve(Missing)).message).toContain("'test.missing' is not registered");
  });

  it('prints the path when services need each other', () => {
    const A = createToken<Named>('test.a', 'root');
    const B = createToken<Named>('test.b', 'root');
    const needs = (token: Token<Named>, needed: Token<Named>): ServiceProvider =>
      provide(token, { deps: { needed }, create: (deps) => deps.needed });
    const cycleOf = (...providers: ServiceProvider[]): string =>
      thrownBy(() => new ServiceContainer(providers)).message;
    expect(cycleOf(needs(A, B), needs(B, A))).toContain('test.a → test.b → test.a');
    expect(cycleOf(needs(B, A), needs(A, B))).toContain('test.b → test.a → test.b');
    expect(cycleOf(needs(A, A))).toContain('test.a → test.a');
  });

  it('keeps the original error of a factory as the cause, and leaves nothing of a session that failed', () => {
    const original = new TypeError('boom');
    const Broken = createToken<Named>('test.broken', 'session');
    const broken = provide<Named>(Broken, {
      create: () => {
        throw original;
      },
    });
    disposed.length = 0;
    const services = new ServiceContainer([pipeline, engine, settings, broken], [User]);
    const error = thrownBy(() => sessionOf(services, 'ada'));
    expect(error.cause).toBe(original);
    expect(error.message).toContain('boom');
    expect(disposed).toEqual(['pipeline of ada']);
    expect(services.sessionCount).toBe(0);
  });

  it('refuses registering twice, the wrong scope, and use after disposal', () => {
    expect(() => new ServiceContainer([settings, settings])).toThrow('registered already');
    const own = provide(Settings, { scope: 'session', create: () => ({ name: 'mine' }) });
    expect(() => new ServiceContainer([own])).toThrow('belongs to the root');
    const services = standardContainer();
    const session = sessionOf(services, 'ada');
    services.dispose();
    expect(thrownBy(() => services.resolve(Settings)).code).toBe('DISPOSED');
    expect(thrownBy(() => session.resolve(Settings)).code).toBe('DISPOSED');
    expect(thrownBy(() => services.createSession()).code).toBe('DISPOSED');
  });

  it('disposes last-in first-out, once, all of them, with the errors together', () => {
    const log: string[] = [];
    const named = (name: string, scope: 'root' | 'session', throws = false): ServiceProvider =>
      provide(createToken<Named>(`test.${name}`, scope), {
        create: () => ({
          name,
          dispose() {
            log.push(name);
            if (throws) throw new Error(name);
          },
        }),
      });
    const services = new ServiceContainer([
      named('r1', 'root', true),
      named('r2', 'root'),
      named('s1', 'session'),
      named('s2', 'session', true),
    ]);
    const session = services.createSession();
    let error: unknown;
    try {
      services.dispose();
    } catch (thrown) {
      error = thrown;
    }
    expect(log).toEqual(['s2', 's1', 'r2', 'r1']);
    expect((error as AggregateError).errors.map(String)).toEqual(['Error: s2', 'Error: r1']);
    services.dispose();
    session.dispose();
    expect(log).toHaveLength(4);
  });

  it('disposes neither what has another owner nor one instance under two tokens twice', () => {
    const dispose = vi.fn();
    const value = { name: 'value', dispose };
    const made = vi.fn();
    const Made = createToken<Named>('test.made', 'root');
    const alias = (token: Token<Named>, of: Token<Named>): ServiceProvider =>
      provide(token, { deps: { of }, create: (deps) => deps.of });
    const services = new ServiceContainer([
      provide(Settings, { create: () => value, isOwned: false }),
      alias(createToken('test.alias', 'session'), Settings),
      provide<Named>(Made, { create: () => ({ name: 'made', dispose: made }) as Named }),
      alias(createToken('test.madeAlias', 'session'), Made),
    ]);
    services.endSession(services.createSession());
    expect(made).not.toHaveBeenCalled();
    services.dispose();
    expect(dispose).not.toHaveBeenCalled();
    expect(made).toHaveBeenCalledTimes(1);
  });

  it('forgets 100 sessions', () => {
    const services = standardContainer();
    for (let round = 0; round < 100; round++) services.endSession(sessionOf(services, `user ${round}`));
    expect(services.sessionCount).toBe(0);
    expect(disposed).toHaveLength(100);
  });

  it('accepts an equal token of another copy of the contracts', () => {
    const services = standardContainer();
    const copy: Token<Named> = {
      id: 'test.settings',
      key: Symbol.for('eloquence.test.settings'),
      scope: 'root',
    };
    expect(services.resolve(copy).name).toBe('settings');
  });
});

it('a replacement takes the place of the provider with the same token', () => {
  const own = provide(Settings, { create: () => ({ name: 'own' }) });
  const services = new ServiceContainer(replaceServices([engine, settings], [own]));
  expect(services.resolve(Engine).settings.name).toBe('own');
});
