import { describeCodec } from '@eloquence/plugin-contracts';
import { describe, it } from 'vitest';
import { OpusCodec } from './opus-codec.js';
import { PcmCodec } from './pcm-codec.js';

describeCodec({ describe, it }, { name: 'opus', createFactory: () => new OpusCodec() });
describeCodec(
  { describe, it },
  { name: 'pcm', createFactory: () => new PcmCodec(), minCorrelation: 0.999, maxDelayMs: 0 },
);
