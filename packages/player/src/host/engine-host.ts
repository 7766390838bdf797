import { type Disposable, EloquenceError } from '@eloquence/plugin-api';
import type { EngineCommand, EngineNews } from '../engine/engine-protocol.js';
import { engineSource } from './bundled-sources.js';
import { openScript } from './script-url.js';

/** How long a worker may take to load its code and the decoder, ms. */
const loadTimeoutMs = 10_000;

export type EngineThread = 'worker' | 'main';

/** The page's end of an engine. */
export interface EngineHost extends Disposable {
  readonly thread: EngineThread;
  /** Why there is no worker, if one was wanted. */
  readonly workerError: unknown;
  /** Takes over what the engine tells, from what it told first. */
  listen(onNews: (news: EngineNews) => void): void;
  post(command: EngineCommand, transfer?: Transferable[]): void;
}

export interface EngineHostOptions {
  readonly worker: 'auto' | 'off';
  readonly url?: string | URL | undefined;
}

interface EngineModule {
  serveEngine(port: MessagePort): Promise<void>;
}

/**
 * Loads the engine into a worker, or into the page where workers are refused.
 *
 * @throws EloquenceError `LANE_UNAVAILABLE` if neither is possible
 */
export async function openEngineHost({ worker, url }: EngineHostOptions): Promise<EngineHost> {
  let workerError: unknown;
  const script = openScript(url, engineSource, './eloquence-engine.js');
  try {
    if (worker === 'auto') {
      try {
        return await openInWorker(script.url);
      } catch (error) {
        workerError = error;
      }
    }
    return await openOnMainThread(script.url, workerError);
  } finally {
    script.dispose();
  }
}

async function openInWorker(url: string): Promise<EngineHost> {
  if (typeof Worker === 'undefined') throw new Error('There are no workers here.');
  const worker = new Worker(url, { type: 'module', name: 'eloquence' });
  const { port1, port2 } = new MessageChannel();
  const early: EngineNews[] = [];
  try {
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error('The worker did not answer.')), loadTimeoutMs);
      worker.onerror = (event) => {
        clearTimeout(timer);
        reject(new Error(event.message || 'The worker could not be loaded.'));
      };
      port1.onmessage = ({ data }: MessageEvent<EngineNews>) => {
        if (data.type !== 'loaded') {
          early.push(data);
          return;
        }
        clearTimeout(timer);
        resolve();
      };
      worker.postMessage({ port: port2 }, [port2]);
    });
  } catch (error) {
    worker.terminate();
    port1.close();
    throw error;
  }
  worker.onerror = null;
  return host('worker', port1, undefined, () => worker.terminate(), early);
}

async function openOnMainThread(url: string, workerError: unknown): Promise<EngineHost> {
  try {
    const module = (await import(/* @vite-ignore */ url)) as EngineModule;
    const { port1, port2 } = new MessageChannel();
    await module.serveEngine(port2);
    return host('main', port1, workerError, () => undefined);
  } catch (error) {
    throw new EloquenceError('LANE_UNAVAILABLE', "The player's engine could not be loaded.", {
      value: url,
      cause: error,
      hint: 'A content security policy must allow blob: in worker-src, or the option engineUrl must name the file eloquence-engine.js.',
    });
  }
}

function host(
  thread: EngineThread,
  port: MessagePort,
  workerError: unknown,
  release: () => void,
  early: EngineNews[] = [],
): EngineHost {
  let isStopped = false;
  port.onmessage = ({ data }: MessageEvent<EngineNews>) => early.push(data);
  return {
    thread,
    workerError,
    listen(onNews) {
      for (const news of early.splice(0)) onNews(news);
      port.onmessage = ({ data }: MessageEvent<EngineNews>) => onNews(data);
    },
    post: (command, transfer = []) => port.postMessage(command, transfer),
    dispose() {
      if (isStopped) return;
      isStopped = true;
      port.close();
      release();
    },
  };
}
