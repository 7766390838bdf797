/** The two functions that a kit needs of a test framework: those of vitest and of node:test both fit. */
export interface TestFramework {
  describe(name: string, define: () => void): unknown;
  it(name: string, body: () => void | Promise<void>): unknown;
}
