import type { PluginPlan } from './plugin-files.js';

/** README of a plugin: what it is, how to use, test and publish it. */
export function readme(
  plan: PluginPlan,
  commands: { readonly build: string; readonly test: string },
): string {
  const { kind, names } = plan;
  const id = kind.idOf(names);
  return `# ${names.packageName}

Plugin for Eloquence: ${kind.summary}. It contributes \`${id}\` to \`${kind.point}\`.

## Use

\`\`\`ts
import { AdaptiveAudioStreamer } from '@eloquence/streamer';
import manifest from '${names.packageName}/package.json' with { type: 'json' };

const streamer = new AdaptiveAudioStreamer(room, {
  plugins: [{ manifest, load: () => import('${names.packageName}/plugin') }],
});
\`\`\`

${usage(plan)}

## Develop

- \`${commands.build}\` compiles \`src\` to \`dist\`.
- \`${commands.test}\` runs the contract kit, \`src/contract.test.ts\`.

\`package.json\` is the manifest: what the plugin contributes (\`contributes\`) and which versions of the plugin API it
works with (\`engines.eloquence\`). \`src/plugin.ts\` registers exactly that.
`;
}

function usage({ kind, names }: PluginPlan): string {
  const id = kind.idOf(names);
  const texts: Readonly<Record<string, string>> = {
    ttsEngines: `Speak with it: \`new AdaptiveAudioStreamer(room, { ttsEngine: '${id}', plugins })\`.`,
    textFilters: `It filters every text that it applies to; name it to choose the order: \`{ textFilters: ['markdown', '${id}'] }\`.`,
    codecs: `Use it: name \`${id}\` as \`settings.codec.codecId\` of a profile. Listeners need the plugin as well.`,
    batchers: `Use it: name \`${id}\` as \`settings.batcherId\` of a profile.`,
    profiles: `Speak with it: \`streamer.say('Hello', { profile: '${id}' })\`.`,
    transports: 'It is asked whether it accepts the target that the streamer is given.',
    monitors: 'It watches every session of the application that it is installed in.',
    policies: `Decide with it: \`new AdaptiveAudioStreamer(room, { policy: '${id}', plugins })\`.`,
    rules: 'It takes part in every decision as soon as the plugin is listed in `plugins`.',
    services: 'It cuts the text of every utterance as soon as the plugin is listed in `plugins`.',
    forecasters: `Forecast with it: \`new AdaptiveAudioStreamer(room, { forecaster: '${id}', plugins })\`.`,
  };
  return texts[kind.point]!;
}

/** The MIT licence. */
export function licence({ author, year }: PluginPlan): string {
  return `MIT License

Copyright (c) ${year} ${author}

Permission is hereby granted, free of charge, to any person obtaining a copy
of this software and associated documentation files (the "Software"), to deal
in the Software without restriction, including without limitation the rights
to use, copy, modify, merge, publish, distribute, sublicense, and/or sell
copies of the Software, and to permit persons to whom the Software is
furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all
copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR
IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY,
FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE
AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER
LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM,
OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE
SOFTWARE.
`;
}
