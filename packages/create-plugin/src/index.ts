export { type CreatePluginContext, runCreatePlugin } from './command/run-create-plugin.js';
export { type RenderPluginOptions, type RenderedPlugin, renderPlugin } from './render-plugin.js';
export { writePlugin } from './write-plugin.js';
