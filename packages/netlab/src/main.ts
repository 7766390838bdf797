#!/usr/bin/env node
import process from 'node:process';
import { runCli } from './cli/run.js';

const interrupted = new Promise<void>((resolve) => {
  process.once('SIGINT', () => resolve());
  process.once('SIGTERM', () => resolve());
});

process.exitCode = await runCli({
  args: process.argv.slice(2),
  stdin: process.stdin,
  write: (text) => void process.stdout.write(text),
  writeError: (text) => void process.stderr.write(text),
  hasColour: process.stdout.isTTY && !process.env['NO_COLOR'],
  interrupted,
});
// Standard input would otherwise keep the process alive.
process.stdin.destroy();
