import type { Disposable } from '@eloquence/plugin-api';
import { afterAll, afterEach, beforeAll } from 'vitest';
import { TestServer } from './test-server.js';

export interface TestHarness {
  /** Runs from the first test of the file to the last. */
  readonly server: TestServer;
  /** Closed after the test, before its rooms are left: the last one first. */
  readonly open: Disposable[];
}

/** A real server for the tests of a file; after each of them everything that it opened is closed. */
export function useTestServer(): TestHarness {
  let server: TestServer | undefined;
  const open: Disposable[] = [];
  beforeAll(async () => {
    server = await TestServer.start();
  });
  afterEach(async () => {
    for (const item of open.splice(0).reverse()) item.dispose();
    await server?.disconnectAll();
  });
  afterAll(() => server?.stop());
  return {
    open,
    get server() {
      if (server === undefined) throw new Error('There is a server within a test only.');
      return server;
    },
  };
}
