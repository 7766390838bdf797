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
export { didYouMean } from './command/nearest-name.js';
export { runProgram } from './command/run-program.js';
export { FrameEar } from './listener/frame-ear.js';
export { composeFrameFigures, type SentFrames } from './measure/compose-figures.js';
export type { NumberName, UtteranceFigures } from './measure/figures.js';
export type { FrameSize } from './measure/formulas.js';
export { FrameTally } from './measure/frame-tally.js';
export type { HeardFrames } from './measure/heard.js';
export { percentile } from './measure/percentile.js';
export type { Summary } from './measure/summary.js';
export type { PreparedSpeech } from './source/prepared-speech.js';
export { prepareSpeech } from './speak/prepare-speech.js';
export { revealSpeech, type TimedSource } from './source/revealed-source.js';
export { type ApiKey, createToken } from './speak/access-token.js';
export type { LaneChoice } from './speak/lane-choice.js';
export { describeLink, describeServer } from './speak/render-report.js';
export type { RunArm } from './speak/run-arm.js';
export { type RunSpeakContext, runSpeak } from './speak/run-speak.js';
export type { OpenSoundSpeaker, SoundSent, SoundSpeaker } from './speak/sound-speaker.js';
export type { Pace, SpeakOptions } from './speak/speak-options.js';
export { type ArmReport, SIMULATED_LABEL, type SpeakReport, toJson } from './speak/speak-report.js';
export { formatQuantity, formatRatio, NOT_DEFINED } from './terminal/format.js';
export { createProgress, type Progress, silentProgress } from './terminal/progress.js';
export { type Column, renderTable } from './terminal/table.js';
export { createTerminal, type Style, type Terminal } from './terminal/terminal.js';
export { type AccessLink, parseLink } from '@eloquence/netlab';
