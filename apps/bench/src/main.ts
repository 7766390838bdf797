#!/usr/bin/env node
import { runBench } from './command/run-bench.js';

process.exit(await runBench(process.argv.slice(2)));
