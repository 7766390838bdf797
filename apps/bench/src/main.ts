#!/usr/bin/env node
import { runBench } from './command/bench-program.js';

process.exit(await runBench(process.argv.slice(2)));
