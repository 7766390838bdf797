import { serveEngine } from './serve-engine.js';

export { serveEngine };

declare const WorkerGlobalScope: unknown;

// The same file is loaded by a worker, and as a module by a page that must do without one.
if (typeof WorkerGlobalScope !== 'undefined')
  globalThis.onmessage = ({ data }: MessageEvent<{ readonly port: MessagePort }>) => {
    void serveEngine(data.port);
  };
