#!/usr/bin/env node
import { runDemo } from './terminal/demo-program.js';

process.exit(await runDemo(process.argv.slice(2), process.stdout.isTTY === true));
