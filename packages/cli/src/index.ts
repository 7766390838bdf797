export { createSystemClock } from '@eloquence/plugin-api';
export type { CommandContext } from './command/command.js';
export { ExitCode, exitCodeOf } from './command/exit-code.js';
export {
  describeOptions,
  type OptionDefinition,
  type OptionDefinitions,
  type ParsedOptions,
  parseNumber,
  parseOptions,
} from './command/parse-options.js';
export { runProgram } from './command/run-program.js';
export { toJson } from './speak/speak-report.js';
export { describeLink, describeServer } from './speak/render-report.js';
export { formatQuantity, formatRatio, NOT_DEFINED } from './terminal/format.js';
export { createProgress, type Progress, silentProgress } from './terminal/progress.js';
export { type Column, renderTable } from './terminal/table.js';
export { createTerminal, type Style, type Terminal } from './terminal/terminal.js';
export { type AccessLink, parseLink } from '@eloquence/netlab';
