import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { DemoLanguage, TextMode } from '../../protocol.js';
import type { I18n } from '../i18n/i18n.js';
import sampleTexts from '../i18n/sample-texts.json' with { type: 'json' };
import { Segmented } from './segmented.js';

export interface ComposerProps {
  readonly i18n: I18n;
  readonly isConnected: boolean;
  readonly isSpeaking: boolean;
  /** The text as it is being typed; `undefined` leaves the field to the user. */
  readonly typed: string | undefined;
  readonly play: (request: { text: string; language: DemoLanguage; mode: TextMode }) => void;
  readonly stop: () => void;
}

const samples = ['short', 'long', 'llm'] as const;
type SampleName = (typeof samples)[number];
const voices = [
  { value: 'en', text: 'English', lang: 'en' },
  { value: 'fr', text: 'Français', lang: 'fr' },
] as const;

/** The text, how it comes, and the buttons. Ctrl+Enter plays, Escape interrupts. */
export function Composer({ i18n, isConnected, isSpeaking, typed, play, stop }: ComposerProps) {
  const [voice, setVoice] = useState<DemoLanguage>(i18n.locale);
  const [sample, setSample] = useState<SampleName>('short');
  /** A text of the user's own is never replaced by a change of the voice. */
  const [own, setOwn] = useState<string | undefined>();
  const field = useRef<HTMLTextAreaElement>(null);
  const playButton = useRef<HTMLButtonElement>(null);
  const stopButton = useRef<HTMLButtonElement>(null);
  const text = own ?? sampleTexts[voice][sample];
  const canPlay = isConnected && text.trim() !== '';
  const canStop = isConnected && isSpeaking;

  useEffect(() => {
    if (own === undefined) setVoice(i18n.locale);
  }, [i18n.locale]);
  useLayoutEffect(() => {
    if (typed !== undefined) field.current!.scrollTop = field.current!.scrollHeight;
  }, [typed]);
  useLayoutEffect(() => {
    // The focus would be lost with the button that had it.
    if (!canStop && document.activeElement === stopButton.current) playButton.current?.focus();
  }, [canStop]);

  const submit = () => {
    if (canPlay) play({ text: text.trim(), language: voice, mode: sample === 'llm' ? 'streamed' : 'whole' });
  };
  const onKey = useRef<(event: KeyboardEvent) => void | undefined>(undefined);
  onKey.current = (event) => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) submit();
    else if (event.key === 'Escape' && canStop) stop();
  };
  useEffect(() => {
    const listen = (event: KeyboardEvent) => onKey.current?.(event);
    document.addEventListener('keydown', listen);
    return () => document.removeEventListener('keydown', listen);
  }, []);

  return (
    <form
      class="composer"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <label class="sr" for="text">
        {i18n.t('composer.text')}
      </label>
      <textarea
        id="text"
        ref={field}
        rows={3}
        maxLength={2000}
        spellcheck={false}
        lang={voice}
        readOnly={typed !== undefined}
        value={typed ?? text}
        onInput={({ currentTarget: { value } }) =>
          setOwn(value === sampleTexts[voice][sample] ? undefined : value)
        }
      />
      <div class="composer-row">
        <div class="composer-choices">
          <Segmented
            name="voice"
            legend={i18n.t('composer.voice')}
            options={voices}
            chosen={voice}
            choose={setVoice}
          />
          <Segmented
            name="sample"
            legend={i18n.t('composer.sample')}
            options={samples.map((value) => ({ value, text: i18n.t(`sample.${value}`) }))}
            chosen={sample}
            choose={(chosen) => {
              setSample(chosen);
              setOwn(undefined);
            }}
          />
        </div>
        <div class="composer-actions">
          <button class="button button-primary" id="play" type="submit" ref={playButton} disabled={!canPlay}>
            <svg viewBox="0 0 24 24" aria-hidden="true">
              <path d="M7 4.5v15l12.5-7.5z" fill="currentColor" />
            </svg>
            <span>{i18n.t('composer.play')}</span>
          </button>
          <button class="button" id="stop" type="button" ref={stopButton} disabled={!canStop} onClick={stop}>
            <svg viewBox="0 0 24 24" aria-hidden="true">
              <rect x="6" y="6" width="12" height="12" rx="1.5" fill="currentColor" />
            </svg>
            <span>{i18n.t('composer.stop')}</span>
          </button>
        </div>
      </div>
    </form>
  );
}
