import { setLogLevel } from 'livekit-client';
import { render } from 'preact';
import { DemoApp } from './app/demo-app.js';
import { I18n, pickLocale } from './i18n/i18n.js';
import { DemoApi, EventStream } from './server/demo-api.js';
import { FrameLoop } from './ui/frame-loop.js';
import { Page } from './ui/page.js';
import { createPageStorage } from './ui/page-header.js';
import { Palette } from './ui/palette.js';

setLogLevel('warn');
const storage = createPageStorage(() => localStorage);
const i18n = new I18n(pickLocale(storage.get('locale'), navigator.languages));
const frames = new FrameLoop();
const app = new DemoApp(new DemoApi(), new EventStream(), i18n, () => frames.request());
render(
  <Page app={app} i18n={i18n} storage={storage} frames={frames} palette={new Palette()} />,
  document.body,
);
app.start();
frames.start(
  () => app.isSpeaking,
  () => app.isMoving,
);
