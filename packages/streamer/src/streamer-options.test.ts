import { describe, expect, it } from 'vitest';
import { AdaptiveAudioStreamer } from './adaptive-audio-streamer.js';
import type { StreamerOptions } from './streamer-options.js';

describe('options of a streamer', () => {
  it.each([
    ['pluginConfiguration', "A streamer has no option 'pluginConfiguration'.", 'Valid: profile, scenario,'],
    ['samplerateHz', "A streamer has no option 'samplerateHz'.", "Did you mean 'sampleRateHz'?"],
    ['Voice', "A streamer has no option 'Voice'.", "Did you mean 'voice'?"],
  ])('refuses %s, which does not exist', (name, message, hint) => {
    const options = { [name]: 1 } as StreamerOptions;
    expect(() => new AdaptiveAudioStreamer({}, options)).toThrow(
      expect.objectContaining({
        code: 'OPTION_INVALID',
        value: name,
        message,
        hint: expect.stringContaining(hint),
      }),
    );
  });

  it('takes an option that is there and undefined', async () => {
    await new AdaptiveAudioStreamer({}, { voice: undefined, policy: undefined }).dispose();
  });
});
