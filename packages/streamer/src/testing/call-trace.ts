import { AsyncLocalStorage } from 'node:async_hooks';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A function that a datum passed. */
export interface Hop {
  /** Empty for a closure without a name. */
  readonly name: string;
  /** From the folder of the packages on. */
  readonly file: string;
}

const packagesFolder = fileURLToPath(new URL('../../../', import.meta.url));
const ours = /^[\w-]+\/src\//;
/** Stands in for the network: what comes out of it is on nobody's behalf. */
const network = /^simulated-transport\//;
/** No part of any way: tests, and what stands in for time. */
const aside = /\/testing\/|\.test\.ts$|^base\/src\/virtual-clock\.ts$/;

/**
 * Follows calls through queues: what waits on a promise or on a timer knows who made it wait. Only while `isOn`.
 */
export class CallTrace {
  isOn = false;
  readonly #makers = new AsyncLocalStorage<readonly Hop[]>();
  readonly #then = Promise.prototype.then;

  constructor() {
    const trace = this as CallTrace;
    const then = this.#then;
    Promise.prototype.then = function <T, A, B>(
      this: Promise<T>,
      onFulfilled?: ((value: T) => A | PromiseLike<A>) | null,
      onRejected?: ((reason: unknown) => B | PromiseLike<B>) | null,
    ): Promise<A | B> {
      const next = trace.isOn && onFulfilled ? trace.bind(onFulfilled) : onFulfilled;
      return then.call(this, next as never, onRejected as never) as Promise<A | B>;
    };
  }

  /** The same function, which knows who handed it over, and on whose behalf. */
  bind<A extends unknown[], R>(call: (...args: A) => R): (...args: A) => R {
    const hops = this.capture();
    return (...args) => this.#makers.run(hops, () => call(...args));
  }

  /** Our functions on the way to the caller, from the network or from the outermost on. */
  capture(): readonly Hop[] {
    const hops: Hop[] = [];
    for (const site of callSites()) {
      const file = fileOf(site);
      if (network.test(file)) return distinct(hops.reverse());
      if (ours.test(file) && !aside.test(file)) hops.push({ name: site.getFunctionName() ?? '', file });
    }
    return distinct([...(this.#makers.getStore() ?? []), ...hops.reverse()]);
  }

  dispose(): void {
    Promise.prototype.then = this.#then;
  }
}

/** Each function once, where it was met first. */
export function distinct(hops: readonly Hop[]): Hop[] {
  return hops.filter((hop, at) => hops.findIndex((other) => isSame(hop, other)) === at);
}

export function isSame(a: Hop, b: Hop | undefined): boolean {
  return a.name === b?.name && a.file === b.file;
}

/** Each function once. Closures without a name belong to the function that they are written in. */
export function named(hops: readonly Hop[]): Hop[] {
  return distinct(hops).filter(({ name }) => name !== '');
}

function callSites(): NodeJS.CallSite[] {
  const { prepareStackTrace, stackTraceLimit } = Error;
  try {
    Error.stackTraceLimit = 500;
    Error.prepareStackTrace = (_error, sites) => sites;
    return new Error('only for its stack').stack as unknown as NodeJS.CallSite[];
  } finally {
    Error.prepareStackTrace = prepareStackTrace;
    Error.stackTraceLimit = stackTraceLimit;
  }
}

function fileOf(site: NodeJS.CallSite): string {
  const path = site.getFileName() ?? '';
  return relative(packagesFolder, path.startsWith('file:') ? fileURLToPath(path) : path);
}
