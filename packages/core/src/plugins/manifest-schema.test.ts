import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { checkManifest } from './check-manifest.js';
import { manifestJsonSchema } from './manifest-schema.js';
import { testPlugin } from './testing/test-plugin.js';

describe('manifestJsonSchema', () => {
  const validate = new Ajv2020({ strict: false }).compile(manifestJsonSchema());

  it('is a JSON Schema that agrees with the check', () => {
    const manifests = [
      testPlugin('a').manifest,
      testPlugin('@acme/a', { contributes: { codecs: ['mu-law'], profiles: ['MY_PROFILE'] }, needs: ['b'] })
        .manifest,
      { ...testPlugin('a').manifest, keywords: ['more'], scripts: {} },
      testPlugin('a', { contributes: { codecs: ['MuLaw'] } }).manifest,
      testPlugin('a', { contributes: { profiles: ['my-profile'] } }).manifest,
      testPlugin('a', { manifest: { contributes: { codecz: [] } } }).manifest,
      testPlugin('a', { manifest: { contributes: undefined } }).manifest,
      testPlugin('Not a name').manifest,
      testPlugin('a', { manifest: { pluginDependencies: 'b' } }).manifest,
    ];
    const accepted = manifests.map((manifest) => checkManifest(manifest).problems === undefined);
    expect(manifests.map((manifest) => validate(manifest))).toEqual(accepted);
    expect(accepted).toEqual([true, true, true, false, false, false, false, false, false]);
  });

  it('describes each contribution point', () => {
    const { properties } = manifestJsonSchema() as { properties: { contributes: { properties: object } } };
    expect(Object.keys(properties.contributes.properties)).toEqual([
      'ttsEngines',
      'textFilters',
      'codecs',
      'batchers',
      'profiles',
      'policies',
      'rules',
      'forecasters',
      'transports',
      'monitors',
      'services',
      'configuration',
    ]);
  });
});
