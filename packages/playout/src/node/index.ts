export { type WavSink, createWavSink } from './wav-sink.js';
