export {
  efficiencyPercent,
  idealDeliveryMs,
  percentile,
  percentileOfSorted,
  toEvenIdealPieces,
} from './figures/formulas.js';
export { type NumberName, numberNames, type UtteranceFigures } from './figures/figures.js';
export type { HeardSilence, HeardStall } from './listener/listener.js';
export { openLink, startListenerProcess } from './listener/remote-listener.js';
export type { LaneChoice, Pace, Progress, SpeakOptions } from './run/speak-options.js';
export type { RunArm } from './run/run-arm.js';
export { runPool } from './run/run-pool.js';
export { type RunSpeakContext, runSpeak } from './run/run-speak.js';
export { type ArmReport, SIMULATED_LABEL, type SpeakReport } from './run/speak-report.js';
export { type ApiKey, createToken } from './server/access-token.js';
export {
  openTestServer,
  requireTestServer,
  sctpMinCwnd,
  type TestServer,
  type TestServerOptions,
} from './server/test-server.js';
export { adaptiveSpeaker, openLiveSession, type SessionListener } from './session/live-session.js';
export {
  openSimulatedSession,
  type SimulatedSession,
  type SimulatedSessionOptions,
} from './session/simulated-session.js';
export type { SpeechSession } from './session/speech-session.js';
export { createSimulatedKernel, loadPlugins } from './simulation/simulated-kernel.js';
export { checkText, MAX_PREPARED_TEXT_LENGTH, MAX_TEXT_LENGTH, textTooLong } from './source/check-text.js';
export { createDefaultHost, createRunVoice, prepareSpeech } from './source/voice.js';
export {
  answerSpeech,
  beginningOf,
  durationMs,
  minuteSpeech,
  type PreparedSpeech,
  sampleSpeech,
  type Speech,
  speechLike,
} from './source/prepared-speech.js';
export { revealSpeech } from './source/revealed-source.js';
export { agentsSpeaker } from './speaker/agents-speaker.js';
export {
  EXPERIMENT_PROFILE,
  experimentPlugin,
  livekitExperimentPlugin,
  ownPlugin,
  type Recovery,
} from './speaker/experiment-plugins.js';
