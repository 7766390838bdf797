export type * as protocol from './protocol.js';
export {
  type OpenedShowcase,
  openShowcase,
  type OpenShowcaseOptions,
} from './server/showcase/open-showcase.js';
export type { DemoService, RequestPath } from './server/demo-service.js';
export { DemoWebServer, type DemoWebServerOptions } from './server/web/demo-web-server.js';
export { runDemo } from './terminal/demo-program.js';
