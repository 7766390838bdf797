import { useRef, useState } from 'preact/hooks';
import type { NetworkPreset, NetworkRequest, NetworkSettings, NetworkState } from '../../protocol.js';
import type { I18n, MessageId } from '../i18n/i18n.js';
import { bitrate, duration, fromPosition, percent, rateSteps, toPosition } from './quantities.js';

const sendDelayMs = 120;
const blackoutMs = 1000;

type Key = keyof NetworkSettings;

const sliders: readonly { key: Key; label: MessageId; max: number; step: number }[] = [
  { key: 'delayMs', label: 'network.delay', max: 500, step: 5 },
  { key: 'jitterMs', label: 'network.jitter', max: 100, step: 1 },
  { key: 'lossPercent', label: 'network.loss', max: 30, step: 0.1 },
  { key: 'burstMs', label: 'network.burst', max: 400, step: 10 },
  { key: 'rateKbps', label: 'network.rate', max: rateSteps, step: 1 },
];

export interface NetworkPanelProps {
  readonly i18n: I18n;
  readonly presets: readonly NetworkPreset[];
  readonly network: NetworkState | undefined;
  readonly nowMs: number;
  /** Resolves when the server has answered. */
  readonly change: (request: NetworkRequest) => Promise<void>;
}

/** The emulated link, changed while speech flows over it. */
export function NetworkPanel({ i18n, presets, network, nowMs, change }: NetworkPanelProps) {
  const isDown = network !== undefined && (network.blackoutEndsAtMs ?? -Infinity) > nowMs;
  const { pending, set } = usePending(change);
  return (
    <section class="panel" aria-labelledby="network-title">
      <header class="panel-head">
        <h2 id="network-title">{i18n.t('network.title')}</h2>
        <p class="panel-note">{i18n.t(isDown ? 'network.blackoutNote' : 'network.note')}</p>
      </header>
      <div class="presets" role="group" aria-label={i18n.t('network.presets')}>
        {presets.map(({ name }) => (
          <button
            key={name}
            type="button"
            class="preset"
            data-preset={name}
            aria-pressed={network?.preset === name}
            onClick={() => void change({ preset: name })}
          >
            <b>{name}</b>
            <span>{i18n.find(`link.${name}`) ?? ''}</span>
          </button>
        ))}
      </div>
      <div class="sliders">
        {sliders.map(({ key, label, max, step }) => {
          const value = pending[key] ?? network?.settings[key] ?? 0;
          const text = network === undefined ? '' : describe(i18n, key, value);
          return (
            <div key={key}>
              <div class="slider-head">
                <label for={`network-${key}`}>{i18n.t(label)}</label>
                <output for={`network-${key}`}>{text}</output>
              </div>
              <input
                id={`network-${key}`}
                type="range"
                min={0}
                max={max}
                step={step}
                value={toPosition(key, value)}
                aria-valuetext={text}
                onInput={({ currentTarget }) => set(key, fromPosition(key, Number(currentTarget.value)))}
              />
            </div>
          );
        })}
      </div>
      <button
        type="button"
        class="button button-danger blackout"
        id="blackout"
        aria-pressed={isDown}
        onClick={() => void change({ blackoutMs })}
      >
        {i18n.t('network.blackout')}
      </button>
    </section>
  );
}

type Pending = Partial<Record<Key, number>>;

/** A drag is many values: the last of each 120 ms is sent, and shown until the server has answered. */
function usePending(change: NetworkPanelProps['change']) {
  const [pending, setPending] = useState<Pending>({});
  const latest = useRef<Pending>({});
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const set = (key: Key, value: number) => {
    latest.current = { ...latest.current, [key]: value };
    setPending(latest.current);
    timer.current ??= setTimeout(() => {
      timer.current = undefined;
      const request = latest.current;
      latest.current = {};
      void change(request).then(() => {
        if (timer.current === undefined) setPending({});
      });
    }, sendDelayMs);
  };
  return { pending, set };
}

function describe(i18n: I18n, key: Key, value: number): string {
  if (key === 'rateKbps') return value === 0 ? i18n.t('network.unlimited') : bitrate(i18n, value);
  return key === 'lossPercent' ? percent(i18n, value) : duration(i18n, value);
}
