import { EloquenceError, type Token, createToken } from '@eloquence/plugin-api';
import { describe, expect, it, vi } from 'vitest';
import { inject, injectable } from './inject.js';
import { ServiceContainer } from './service-container.js';

interface Named {
  readonly name: string;
}
const Settings = createToken<Named>('test.settings', 'root');
const Engine = createToken<EngineService>('test.engine', 'root');
const User = createToken<Named>('test.user', 'session');
const Pipeline = createToken<PipelineService>('test.pipeline', 'session');
const Missing = createToken<Named>('test.missing', 'root');

const disposed: string[] = [];

@injectable()
class EngineService {
  constructor(
    @inject(Settings) readonly settings: Named,
    @inject(Missing, { isOptional: true }) readonly missing: Named | undefined,
  ) {}
  dispose(): void {
    disposed.push('engine');
  }
}

@injectable()
class PipelineService {
  constructor(
    @inject(Engine) readonly engine: EngineService,
    @inject(User) readonly user: Named,
  ) {}
  dispose(): void {
    disposed.push(`pipeline of ${this.user.name}`);
  }
}

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
  const services = new ServiceContainer();
  services.registerValue(Settings, { name: 'settings' });
  services.registerClass(Engine, EngineService);
  services.registerClass(Pipeline, PipelineService);
  return services;
}

describe('ServiceContainer', () => {
  it('shares root services between sessions and nothing else, whoever asks first', () => {
    const services = standardContainer();
    const first = services.createSession();
    const second = services.createSession();
    first.registerValue(User, { name: 'ada' });
    second.registerValue(User, { name: 'bob' });
    const a = first.resolve(Pipeline);
    const b = second.resolve(Pipeline);
    expect(a).not.toBe(b);
    expect([a.user.name, b.user.name]).toEqual(['ada', 'bob']);
    expect(a.engine).toBe(b.engine);
    expect(services.resolve(Engine)).toBe(a.engine);
    expect(first.resolve(Pipeline)).toBe(a);
    expect(a.engine.missing).toBeUndefined();
  });

  it('keeps a root service alive when the session that first asked for it ends', () => {
    const services = standardContainer();
    const session = services.createSession();
    session.registerValue(User, { name: 'ada' });
    const { engine } = session.resolve(Pipeline);
    session.dispose();
    expect(disposed).toEqual(['pipeline of ada']);
    expect(services.resolve(Engine)).toBe(engine);
    services.dispose();
    expect(disposed).toEqual(['pipeline of ada', 'engine']);
  });

  it('refuses a root class that needs a session service, at registration', () => {
    @injectable()
    class Captive {
      constructor(@inject(User) readonly user: Named) {}
    }
    const services = standardContainer();
    const error = thrownBy(() =>
      services.registerClass(createToken<Captive>('test.captive', 'root'), Captive),
    );
    expect(error.message).toContain("'test.user'");
    expect(error.hint).toContain('session');
  });

  it('refuses a root factory that needs a session service, even if a session asks', () => {
    const services = standardContainer();
    const token = createToken<Named>('test.captiveFactory', 'root');
    services.registerFactory(token, (resolve) => resolve(User));
    const session = services.createSession();
    session.registerValue(User, { name: 'ada' });
    expect(thrownBy(() => session.resolve(token)).message).toContain('lives with one session only');
  });

  it('refuses a constructor parameter without @inject', () => {
    @injectable()
    class Forgetful {
      constructor(
        @inject(Settings) readonly settings: Named,

        readonly forgotten: Named,
      ) {}
    }
    const services = standardContainer();
    const token = createToken<Forgetful>('test.forgetful', 'root');
    expect(thrownBy(() => services.registerClass(token, Forgetful)).message).toContain('Parameter 1');
  });

  it('applies late session registrations to live and to new sessions', () => {
    const services = standardContainer();
    const before = services.createSession();
    const Late = createToken<Named>('test.late', 'session');
    expect(thrownBy(() => before.resolve(Late)).code).toBe('INTERNAL');
    let count = 0;
    services.registerFactory(Late, () => ({ name: `late ${++count}` }));
    const after = services.createSession();
    expect(before.resolve(Late)).toBe(before.resolve(Late));
    expect(before.resolve(Late)).not.toBe(after.resolve(Late));
    expect(count).toBe(2);
  });

  it('names an unknown service and who needs it, through wrapped errors', () => {
    const services = new ServiceContainer();
    services.registerClass(Engine, EngineService);
    services.registerClass(Pipeline, PipelineService);
    const session = services.createSession();
    session.registerValue(User, { name: 'ada' });
    const error = thrownBy(() => session.resolve(Pipeline));
    expect(error.message).toContain("'test.settings', needed by 'test.engine'");
    services.registerValue(Settings, { name: 'now there' });
    expect(session.resolve(Pipeline).engine.settings.name).toBe('now there');
  });

  it('prints the path when services need each other', () => {
    const services = new ServiceContainer();
    const A = createToken<Named>('test.a', 'root');
    const B = createToken<Named>('test.b', 'root');
    services.registerFactory(A, (resolve) => ({ name: resolve(B).name }));
    services.registerFactory(B, (resolve) => ({ name: resolve(A).name }));
    expect(thrownBy(() => services.resolve(A)).message).toContain('test.a → test.b → test.a');
    expect(thrownBy(() => services.resolve(B)).message).toContain('test.b → test.a → test.b');
  });

  it('keeps the original error of a constructor as the cause', () => {
    const services = new ServiceContainer();
    const A = createToken<Named>('test.a', 'root');
    const original = new TypeError('boom');
    services.registerFactory<Named>(A, () => {
      throw original;
    });
    const error = thrownBy(() => services.resolve(A));
    expect(error.cause).toBe(original);
    expect(error.message).toContain('boom');
  });

  it('refuses registering twice, values in the wrong scope, and use after disposal', () => {
    const services = standardContainer();
    expect(() => services.registerValue(Settings, { name: 'again' })).toThrow('registered already');
    expect(() => services.registerClass(Pipeline, PipelineService)).toThrow('registered already');
    expect(() => services.registerValue(User, { name: 'everybody' })).toThrow('differs by session');
    const session = services.createSession();
    expect(() => session.registerValue(Settings, { name: 'mine' })).toThrow('belongs to the root');
    services.dispose();
    expect(thrownBy(() => services.resolve(Settings)).code).toBe('DISPOSED');
    expect(thrownBy(() => session.resolve(Settings)).code).toBe('DISPOSED');
    expect(thrownBy(() => services.createSession()).code).toBe('DISPOSED');
  });

  it('disposes last-in first-out, once, all of them, with the errors together', () => {
    const services = new ServiceContainer();
    const log: string[] = [];
    const named = (name: string, scope: 'root' | 'session', throws = false): Token<Named> => {
      const token = createToken<Named>(`test.${name}`, scope);
      services.registerFactory<Named>(token, () => ({
        name,
        dispose() {
          log.push(name);
          if (throws) throw new Error(name);
        },
      }));
      return token;
    };
    const tokens = [named('r1', 'root', true), named('r2', 'root')];
    const sessionTokens = [named('s1', 'session'), named('s2', 'session', true)];
    const session = services.createSession();
    for (const token of tokens) services.resolve(token);
    for (const token of sessionTokens) session.resolve(token);
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

  it('disposes neither values nor one instance under two tokens twice', () => {
    const services = new ServiceContainer();
    const dispose = vi.fn();
    const value = { name: 'value', dispose };
    const Alias = createToken<Named>('test.alias', 'session');
    const Made = createToken<Named>('test.made', 'root');
    const MadeAlias = createToken<Named>('test.madeAlias', 'session');
    const made = vi.fn();
    services.registerValue(Settings, value);
    services.registerFactory(Alias, (resolve) => resolve(Settings));
    services.registerFactory<Named>(Made, () => ({ name: 'made', dispose: made }) as Named);
    services.registerFactory(MadeAlias, (resolve) => resolve(Made));
    const session = services.createSession();
    session.resolve(Alias);
    session.resolve(MadeAlias);
    session.dispose();
    expect(made).not.toHaveBeenCalled();
    services.dispose();
    expect(dispose).not.toHaveBeenCalled();
    expect(made).toHaveBeenCalledTimes(1);
  });

  it('forgets 100 sessions', () => {
    const services = standardContainer();
    for (let round = 0; round < 100; round++) {
      const session = services.createSession();
      session.registerValue(User, { name: `user ${round}` });
      session.resolve(Pipeline);
      session.dispose();
    }
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
