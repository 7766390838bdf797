#!/usr/bin/env node
import { runCreatePlugin } from './command/run-create-plugin.js';

process.exitCode = await runCreatePlugin(process.argv.slice(2), {
  directory: process.cwd(),
  year: new Date().getFullYear(),
  print: (text) => process.stdout.write(text),
  printError: (text) => process.stderr.write(text),
});
