import { defineProject, mergeConfig } from 'vitest/config';
import { shared } from '../../vitest.shared.js';

// Each start of a synthesiser loads 24 MB of voice data: a third of a second, several on a busy machine.
export default mergeConfig(
  shared,
  defineProject({ test: { name: 'tts-espeak', testTimeout: 30_000, hookTimeout: 30_000 } }),
);
