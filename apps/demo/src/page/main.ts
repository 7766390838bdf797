import { DemoApp } from './app/demo-app.js';
import { I18n, pickLocale } from './i18n/i18n.js';
import { setLogLevel } from './listening/livekit-client.js';
import { DemoApi } from './server/demo-api.js';
import { EventStream } from './server/event-stream.js';
import { createPageStorage } from './server/page-storage.js';

setLogLevel('warn');
const storage = createPageStorage(() => localStorage);
const i18n = new I18n(pickLocale(storage.get('locale'), navigator.languages));
const app = new DemoApp(new DemoApi(), new EventStream(), i18n, storage);
app.start();
