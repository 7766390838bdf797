import { apiProposalNames, contributionPointNames } from '@eloquence/plugin-api';
import { sampleRatesHz, scenarios } from '../streamer-options.js';

const packageName = { type: 'string', minLength: 1, maxLength: 214 };
const id = { type: 'string', minLength: 1, maxLength: 64 };

/**
 * JSON Schema (draft 2020-12) of the configuration file: what it is checked against, and what editors are given. In
 * code, `plugins` may hold descriptors as well; that is checked apart.
 */
export function configJsonSchema(): Record<string, unknown> {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Configuration of an Eloquence application',
    type: 'object',
    additionalProperties: false,
    properties: {
      $schema: { type: 'string' },
      plugins: {
        description: 'Plugins beside those found: names of installed packages.',
        type: 'array',
        maxItems: 1000,
        items: packageName,
      },
      discover: {
        description:
          "Look for plugins among the application's dependencies, by the keyword eloquence-plugin.",
        type: 'boolean',
        default: true,
      },
      disable: {
        description: 'Names of plugins to keep out.',
        type: 'array',
        maxItems: 1000,
        items: packageName,
      },
      replace: {
        description: 'Plugins that take the place of others: name of the one that goes → package that comes.',
        type: 'object',
        additionalProperties: packageName,
      },
      overrides: {
        description: 'Who provides an id that several plugins contribute: point → id → name of the plugin.',
        type: 'object',
        additionalProperties: false,
        properties: Object.fromEntries(
          contributionPointNames.map((point) => [
            point,
            { type: 'object', additionalProperties: packageName },
          ]),
        ),
      },
      configuration: {
        description: 'Settings of plugins: name of the plugin → its settings.',
        type: 'object',
        additionalProperties: { type: 'object' },
      },
      apiProposals: {
        description:
          'Parts of the plugin API that are not final and that plugins may use in this application.',
        type: 'array',
        items: { enum: [...apiProposalNames] },
      },
      monitors: {
        description: 'Ids of the monitors that watch; all that are installed if absent.',
        type: 'array',
        maxItems: 100,
        items: id,
      },
      streamer: streamerSchema(),
    },
  };
}

function streamerSchema(): Record<string, unknown> {
  return {
    description: 'Defaults of AdaptiveAudioStreamer; options given in code win.',
    type: 'object',
    additionalProperties: false,
    properties: {
      profile: { ...id, description: 'auto, or the id of a profile to pin.', default: 'auto' },
      scenario: {
        description: 'What is spoken for; it biases the choice of the profile.',
        enum: [...scenarios],
        default: 'conversation',
      },
      policy: { ...id, description: 'Id of the control policy.', default: 'adaptive' },
      forecaster: { ...id, description: 'Id of the forecaster.', default: 'holt' },
      lane: { enum: ['auto', 'data', 'media'], default: 'auto' },
      ttsEngine: { ...id, description: "Id of the voice's TTS engine.", default: 'espeak' },
      voice: { type: 'string', description: 'A voice of the engine, or a BCP 47 language tag.' },
      textFilters: {
        description: 'Ids of the text filters that every text passes, in order; none if empty.',
        type: 'array',
        maxItems: 100,
        items: id,
      },
      sampleRateHz: { enum: [...sampleRatesHz], default: 24_000 },
      preloadVoice: { type: 'boolean', default: true },
      maxQueuedUtterances: { type: 'integer', minimum: 1, maximum: 100_000, default: 256 },
      seed: { type: 'integer', description: 'Seed of everything random, for runs that can be repeated.' },
    },
  };
}
