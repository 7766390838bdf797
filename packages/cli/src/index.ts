export { createSystemClock } from '@eloquence/plugin-api';
export { type CommandContext, createProgram, ExitCode, runProgram } from './command/run-program.js';
export { toJson } from './speak/speak-report.js';
export { describeLink, describeServer } from './speak/render-report.js';
export { type Column, formatQuantity, formatRatio, NOT_DEFINED, renderTable } from './terminal/table.js';
export { createProgress } from './terminal/progress.js';
export { createTerminal, type Style, type Terminal } from './terminal/terminal.js';
export { type AccessLink, parseLink } from '@eloquence/netlab';
