import type { DemoLanguage, TextMode } from '../../protocol.js';
import type { I18n } from '../i18n/i18n.js';
import { type SampleName, sampleTexts } from '../i18n/sample-texts.js';
import { byId } from './dom.js';

export interface ComposerActions {
  readonly play: (request: { text: string; language: DemoLanguage; mode: TextMode }) => void;
  readonly stop: () => void;
}

/** The text, how it comes, and the buttons. Ctrl+Enter plays, Escape interrupts. */
export class Composer {
  readonly #text = byId<HTMLTextAreaElement>('text');
  readonly #play = byId<HTMLButtonElement>('play');
  readonly #stop = byId<HTMLButtonElement>('stop');
  readonly #form = byId<HTMLFormElement>('composer-form');
  #isConnected = false;
  /** What was last put there by a choice: a text of the user's own is never replaced by a change of the voice. */
  #sample = '';
  /** The whole text while only what was typed of it so far is shown. */
  #whole: string | undefined;

  constructor(
    i18n: I18n,
    private readonly actions: ComposerActions,
  ) {
    this.#form.addEventListener('submit', (event) => {
      event.preventDefault();
      this.#submit();
    });
    this.#stop.addEventListener('click', () => actions.stop());
    document.addEventListener('keydown', (event) => {
      if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) this.#submit();
      else if (event.key === 'Escape' && !this.#stop.disabled) actions.stop();
    });
    this.#text.addEventListener('input', () => this.#enable());
    for (const input of this.#form.querySelectorAll<HTMLInputElement>('input[name="sample"]'))
      input.addEventListener('change', () => this.#fill());
    for (const input of this.#form.querySelectorAll<HTMLInputElement>('input[name="voice"]'))
      input.addEventListener('change', () => {
        if (this.#text.value === this.#sample) this.#fill();
      });
    this.#choose('voice', i18n.locale);
    i18n.onDidChange((locale) => {
      if (this.#text.value !== this.#sample) return;
      this.#choose('voice', locale);
      this.#fill();
    });
    this.#fill();
  }

  setConnected(isConnected: boolean): void {
    this.#isConnected = isConnected;
    this.#enable();
  }

  setSpeaking(isSpeaking: boolean): void {
    const isDisabled = !isSpeaking || !this.#isConnected;
    if (this.#stop.disabled === isDisabled) return;
    // The focus would be lost with the button that had it.
    if (isDisabled && document.activeElement === this.#stop) this.#play.focus();
    this.#stop.disabled = isDisabled;
  }

  /** Shows a text as it is being typed; `undefined` gives the field back to the user. */
  showTyped(typed: string | undefined): void {
    if (typed === undefined) {
      if (this.#whole === undefined) return;
      this.#text.value = this.#whole;
      this.#whole = undefined;
      this.#text.readOnly = false;
      return;
    }
    this.#whole ??= this.#text.value;
    this.#text.readOnly = true;
    if (this.#text.value === typed) return;
    this.#text.value = typed;
    this.#text.scrollTop = this.#text.scrollHeight;
  }

  #submit(): void {
    const text = (this.#whole ?? this.#text.value).trim();
    if (text === '' || this.#play.disabled) return;
    const mode = this.#chosen('sample') === 'llm' ? 'streamed' : 'whole';
    this.actions.play({ text, language: this.#language, mode });
  }

  #enable(): void {
    this.#play.disabled = !this.#isConnected || this.#text.value.trim() === '';
  }

  #fill(): void {
    this.showTyped(undefined);
    this.#sample = sampleTexts[this.#language][this.#chosen('sample') as SampleName];
    this.#text.value = this.#sample;
    this.#text.lang = this.#language;
    this.#text.scrollTop = 0;
    this.#enable();
  }

  get #language(): DemoLanguage {
    return this.#chosen('voice') === 'fr' ? 'fr' : 'en';
  }

  #chosen(name: string): string {
    const value = new FormData(this.#form).get(name);
    return typeof value === 'string' ? value : '';
  }

  #choose(name: string, value: string): void {
    for (const input of this.#form.querySelectorAll<HTMLInputElement>(`input[name="${name}"]`))
      input.checked = input.value === value;
  }
}
