#!/usr/bin/env node
import { runEloquence } from './command/run-eloquence.js';

process.exit(await runEloquence(process.argv.slice(2)));
