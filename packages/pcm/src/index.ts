export { type FramerOptions, Framer, type PcmFrame } from './framer.js';
export { Resampler } from './resampler.js';
