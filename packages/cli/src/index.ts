export { type CommandContext, createProgram, ExitCode, runProgram } from './command/run-program.js';
export { toJson } from './speak/speak-report.js';
export { describeLink, describeServer } from './speak/render-report.js';
export { formatQuantity, left, NOT_DEFINED, renderTable, right } from './terminal/table.js';
export { createProgress } from './terminal/progress.js';
export { createTerminal, type Style, type Terminal } from './terminal/terminal.js';
