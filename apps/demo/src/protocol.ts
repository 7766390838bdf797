/**
 * What travels between the demo's server and its page. Types only.
 *
 * Down: `GET /api/session` (once, with tokens), `GET /api/clock`, and `GET /events`, server-sent events whose data is
 * one {@link DemoEvent} each. The first is `hello` with the whole state; a page that reconnects gets a fresh one.
 * Up: `POST /api/…` with a JSON body; see {@link DemoRequests}. Whatever is refused is answered with {@link Refusal}.
 *
 * Every `atMs` is on the server's clock, ms from an arbitrary start; {@link ClockAnswer} tells how to convert.
 */
export type { ArmAccess, ArmFigures, ArmId, ArmState } from './protocol/arms.js';
export type { DemoConditions, DemoDecision, DemoForecast } from './protocol/demo-conditions.js';
export type { DemoEvent, DemoEventOf, DemoEventTypes } from './protocol/demo-events.js';
export type {
  DemoAnswers,
  DemoRequests,
  HeardRequest,
  NetworkRequest,
  PluginsRequest,
  Refusal,
  SpeakRequest,
} from './protocol/demo-requests.js';
export type { DemoState, MigrationState, Problem } from './protocol/demo-state.js';
export type {
  NetworkPreset,
  NetworkPresetName,
  NetworkSettings,
  NetworkState,
} from './protocol/network-state.js';
export type {
  Breakage,
  BreakageName,
  ChoiceName,
  PluginChoice,
  PluginContribution,
  PluginFacts,
  PluginsState,
} from './protocol/plugins-state.js';
export type { ClockAnswer, DemoLimits, ServerFacts, SessionFacts } from './protocol/session-facts.js';
export type { DemoLanguage, TextMode, UtteranceStart } from './protocol/utterance-start.js';
