import type { NetworkRequest, NetworkSettings, NetworkState, SessionFacts } from '../../protocol.js';
import type { MessageId } from '../i18n/messages-en.js';
import type { I18n } from '../i18n/i18n.js';
import { byId, el, setText } from './dom.js';
import { fromPosition, rateSteps, toPosition } from './slider-scale.js';
import { bitrate, duration, inline } from './units.js';

const sendDelayMs = 120;
const blackoutMs = 1000;

interface SliderKind {
  readonly key: keyof NetworkSettings;
  readonly label: MessageId;
  readonly max: number;
  readonly step: number;
}

const sliders: readonly SliderKind[] = [
  { key: 'delayMs', label: 'network.delay', max: 500, step: 5 },
  { key: 'jitterMs', label: 'network.jitter', max: 100, step: 1 },
  { key: 'lossPercent', label: 'network.loss', max: 30, step: 0.1 },
  { key: 'burstMs', label: 'network.burst', max: 400, step: 10 },
  { key: 'rateKbps', label: 'network.rate', max: rateSteps, step: 1 },
];

/** The emulated link, changed while speech flows over it. */
export class NetworkPanel {
  readonly #presets = el('div', { class: 'presets', role: 'group' });
  readonly #buttons = new Map<string, { button: HTMLButtonElement; text: HTMLElement }>();
  readonly #inputs = new Map<keyof NetworkSettings, HTMLInputElement>();
  readonly #outputs = new Map<keyof NetworkSettings, HTMLOutputElement>();
  readonly #labels = new Map<keyof NetworkSettings, HTMLElement>();
  readonly #blackout = el('button', {
    type: 'button',
    class: 'button button-danger blackout',
    id: 'blackout',
  });
  readonly #note = byId('network-note');
  #pending: Partial<Record<keyof NetworkSettings, number>> = {};
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly i18n: I18n,
    private readonly send: (request: NetworkRequest) => void,
  ) {
    const list = el('div', { class: 'sliders' });
    for (const kind of sliders) list.append(this.#makeSlider(kind));
    this.#blackout.addEventListener('click', () => send({ blackoutMs }));
    byId('network').append(this.#presets, list, this.#blackout);
  }

  /** Makes the buttons of the links that the server knows. */
  start({ presets }: SessionFacts): void {
    this.#presets.replaceChildren();
    this.#buttons.clear();
    for (const { name } of presets) {
      const text = el('span');
      const button = el(
        'button',
        { type: 'button', class: 'preset', 'data-preset': name },
        el('b', {}, name),
        text,
      );
      button.addEventListener('click', () => this.send({ preset: name }));
      this.#presets.append(button);
      this.#buttons.set(name, { button, text });
    }
  }

  render(network: NetworkState | undefined, nowMs: number): void {
    const { i18n } = this;
    this.#presets.setAttribute('aria-label', i18n.t('network.presets'));
    for (const { key, label } of sliders) setText(this.#labels.get(key)!, i18n.t(label));
    for (const [name, { button, text }] of this.#buttons) {
      setText(text, i18n.find(`link.${name}`) ?? '');
      button.setAttribute('aria-pressed', String(network?.preset === name));
    }
    const isDown = network !== undefined && (network.blackoutEndsAtMs ?? -Infinity) > nowMs;
    setText(this.#note, i18n.t(isDown ? 'network.blackoutNote' : 'network.note'));
    setText(this.#blackout, i18n.t('network.blackout'));
    this.#blackout.setAttribute('aria-pressed', String(isDown));
    if (network === undefined) return;
    for (const { key } of sliders) {
      const input = this.#inputs.get(key)!;
      if (this.#pending[key] === undefined) {
        const position = String(toPosition(key, network.settings[key]));
        if (input.value !== position) input.value = position;
      }
      this.#showValue(key, this.#pending[key] ?? network.settings[key]);
    }
  }

  #makeSlider({ key, max, step }: SliderKind): HTMLElement {
    const label = el('label', { for: `network-${key}` });
    const output = el('output', { for: `network-${key}` });
    const input = el('input', {
      id: `network-${key}`,
      type: 'range',
      min: '0',
      max: String(max),
      step: String(step),
      value: '0',
    });
    input.addEventListener('input', () => {
      const value = fromPosition(key, Number(input.value));
      this.#showValue(key, value);
      this.#sendSoon(key, value);
    });
    this.#labels.set(key, label);
    this.#inputs.set(key, input);
    this.#outputs.set(key, output);
    return el('div', {}, el('div', { class: 'slider-head' }, label, output), input);
  }

  #showValue(key: keyof NetworkSettings, value: number): void {
    const text = this.#describe(key, value);
    setText(this.#outputs.get(key)!, text);
    const input = this.#inputs.get(key)!;
    if (input.getAttribute('aria-valuetext') !== text) input.setAttribute('aria-valuetext', text);
  }

  #describe(key: keyof NetworkSettings, value: number): string {
    const { i18n } = this;
    if (key === 'rateKbps') return value === 0 ? i18n.t('network.unlimited') : inline(bitrate(i18n, value));
    if (key === 'lossPercent') return `${i18n.number(value, 1)}\u00a0%`;
    return inline(duration(i18n, value));
  }

  /** A drag is many values: the last of each 120 ms is sent. */
  #sendSoon(key: keyof NetworkSettings, value: number): void {
    this.#pending[key] = value;
    if (this.#timer !== undefined) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      const request = this.#pending;
      this.#pending = {};
      this.send(request);
    }, sendDelayMs);
  }
}
