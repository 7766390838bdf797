import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Child, startChild } from './child-process.js';

let folder: string;
const children: Child<string, unknown>[] = [];
/** The protocol in plain JavaScript: a forked process does not read TypeScript. */
const script = `process.on('message', ({ id, question }) => {
  if (question === 'end') process.exit(3);
  if (question === 'throw') process.send({ id, error: { code: 'OPTION_INVALID', message: 'no', hint: 'do', value: 7 } });
  else if (question !== 'silence') process.send({ id, answer: question.toUpperCase() });
});
process.on('disconnect', () => process.exit(0));`;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'eloquence-child-'));
  await writeFile(path.join(folder, 'child.mjs'), script);
});
afterAll(async () => {
  for (const child of children) await child.close();
  await rm(folder, { recursive: true });
});

function start(): Child<string, unknown> {
  const child = startChild<string, unknown>({
    entry: pathToFileURL(path.join(folder, 'child.mjs')),
    name: 'test',
    endedCode: 'IO_FAILED',
    silentCode: 'NO_RECEIVER',
    endedHint: 'Start another.',
  });
  children.push(child);
  return child;
}

describe('startChild', () => {
  it('asks several questions at once, and throws what the answer threw', async () => {
    const child = start();
    expect(await Promise.all([child.ask('a', 20_000), child.ask('b', 20_000)])).toEqual(['A', 'B']);
    const thrown = { code: 'OPTION_INVALID', message: 'no', hint: 'do', value: 7 };
    await expect(child.ask('throw', 20_000)).rejects.toMatchObject(thrown);
  });

  it('tells of a silent process, and of an aborted question', async () => {
    const child = start();
    await expect(child.ask('silence', 30)).rejects.toMatchObject({ code: 'NO_RECEIVER' });
    const reason = new Error('enough');
    await expect(child.ask('silence', 20_000, AbortSignal.abort(reason))).rejects.toBe(reason);
  });

  it('rejects all that is open, and all that follows, when the process ends', async () => {
    const child = start();
    const open = expect(child.ask('silence', 20_000)).rejects.toMatchObject({ code: 'IO_FAILED' });
    await expect(child.ask('end', 20_000)).rejects.toMatchObject({
      code: 'IO_FAILED',
      hint: 'Start another.',
    });
    await open;
    await expect(child.lost).rejects.toMatchObject({ code: 'IO_FAILED' });
    await expect(child.ask('a', 20_000)).rejects.toMatchObject({ code: 'IO_FAILED' });
  });

  it('refuses questions after it was closed', async () => {
    const child = start();
    await child.ask('a', 20_000);
    await child.close();
    await expect(child.ask('a', 20_000)).rejects.toMatchObject({ code: 'IO_FAILED' });
  });
});
