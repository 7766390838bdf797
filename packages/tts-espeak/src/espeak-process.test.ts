import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

/**
 * What the worker thread does to the life of a process is seen in a process of its own. It speaks to the thread
 * directly, because Node cannot load the TypeScript around it.
 */
async function runWithWorker(body: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'eloquence-espeak-'));
  try {
    const script = join(folder, 'main.mjs');
    const worker = JSON.stringify(fileURLToPath(new URL('./espeak-worker.js', import.meta.url)));
    await writeFile(
      script,
      `import { Worker } from 'node:worker_threads';
const control = new Int32Array(new SharedArrayBuffer(12));
const worker = new Worker(${worker}, { workerData: { control, maxPiecesAhead: 4, warmUp: [] } });
const job = { id: 1, text: 'word '.repeat(5000), voiceIdentifier: 'gmw/en', wordsPerMinute: 175 };
${body}`,
    );
    const { stdout } = await promisify(execFile)(process.execPath, [script], { timeout: 15_000 });
    return stdout.trim();
  } finally {
    await rm(folder, { recursive: true });
  }
}

describe('the worker thread', () => {
  it('waits when it is ahead, goes on when a piece is taken, and stops when told', async () => {
    const output = await runWithWorker(`
let pieces = 0;
const wake = (cell, value) => { Atomics.store(control, cell, value); Atomics.add(control, 0, 1); Atomics.notify(control, 0); };
worker.on('message', (message) => {
  if (message.type === 'ready') worker.postMessage(job);
  if (message.type === 'piece') pieces++;
  if (message.type === 'done') { console.log('done'); worker.terminate(); }
});
const settle = () => new Promise((resolve) => setTimeout(resolve, 400));
while (pieces < 4) await new Promise((resolve) => setTimeout(resolve, 5));
await settle(); console.log(pieces);
wake(1, 3); await settle(); console.log(pieces);
wake(2, 1);`);
    expect(output.split('\n')).toEqual(['4', '7', 'done']);
  }, 20_000);

  it('asleep in the middle of a text does not keep the process alive', async () => {
    const output = await runWithWorker(`
worker.on('message', (message) => {
  if (message.type === 'ready') worker.postMessage(job);
  if (message.type === 'piece') { console.log('piece'); worker.removeAllListeners(); worker.unref(); }
});`);
    expect(output).toBe('piece');
  }, 20_000);
});
