import assert from 'node:assert/strict';
import { withTimeout } from '@eloquence/base';
import { createSystemClock, type PluginDefinition, type PluginManifest } from '@eloquence/plugin-api';
import { type ContractRule, describeRules, type TestFramework } from '../support/contract-rule.js';
import { announcedBy, recordActivation } from './recorded-activation.js';

const activationLimitMs = 2000;

/** What is to be checked against the plugin contract. */
export interface PluginSubject {
  readonly plugin: PluginDefinition;
  /** The parsed `package.json` of the plugin. */
  readonly manifest: PluginManifest;
}

export const pluginRules: readonly ContractRule<PluginSubject>[] = [
  {
    title: 'is marked by definePlugin, and says which API it needs and what it contributes',
    check({ plugin, manifest }) {
      assert.equal(plugin.$type, 'eloquence.plugin');
      assert.match(manifest.engines.eloquence, /\d/);
      assert.ok(announcedBy(manifest).length > 0, 'the manifest announces nothing');
    },
  },
  {
    title: 'registers exactly what its manifest announces',
    async check(subject) {
      const activation = await activate(subject);
      assert.deepEqual(activation.registered().sort(), announcedBy(subject.manifest).sort());
      activation.release();
    },
  },
  {
    title: `is active within ${activationLimitMs} ms`,
    async check(subject) {
      const activation = await activate(subject);
      activation.release();
      assert.ok(!activation.context.signal.aborted, 'activation went on after its signal was aborted');
    },
  },
  {
    title: 'withdraws everything when its subscriptions are released',
    async check(subject) {
      const activation = await activate(subject);
      await subject.plugin.deactivate?.();
      activation.release();
      assert.deepEqual(activation.registered(), []);
    },
  },
  {
    title: 'can be active in two hosts at once',
    async check(subject) {
      const first = await activate(subject);
      const second = await activate(subject);
      first.release();
      assert.deepEqual(second.registered().sort(), announcedBy(subject.manifest).sort());
      second.release();
    },
  },
];

async function activate({ plugin, manifest }: PluginSubject) {
  const activation = recordActivation(manifest, AbortSignal.timeout(activationLimitMs));
  await withTimeout(() => plugin.activate(activation.context), {
    clock: createSystemClock(),
    ms: 2 * activationLimitMs,
    error: () => new assert.AssertionError({ message: 'activate() does not settle' }),
  });
  return activation;
}

/** Declares the tests that every plugin must pass. */
export function describePlugin(framework: TestFramework, subject: PluginSubject): void {
  describeRules(framework, `plugin contract: ${subject.manifest.name}`, pluginRules, subject);
}
