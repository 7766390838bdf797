export { type EspeakEngineOptions, createEspeakEngine } from './espeak-engine.js';
