const FRAMES = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const NAME_WIDTH = 14;
const QUIET_UNTIL_MS = 1500;

/**
 * Prints one aligned line per step to stderr: a spinner with the time gone by while it runs on a terminal, plain lines
 * otherwise. In quiet mode a step shows up only if it fails or takes longer than a second and a half.
 */
export class StepPrinter {
  #quiet;
  #isTerminal = process.stderr.isTTY === true && process.env['TERM'] !== 'dumb';
  #colours = this.#isTerminal && (process.env['NO_COLOR'] ?? '') === '';

  /** @param {{ quiet?: boolean }} [options] */
  constructor({ quiet = false } = {}) {
    this.#quiet = quiet;
  }

  /**
   * Runs a step. What it returns is the remark printed beside its name; a step that throws has failed.
   *
   * @template {string | { remark: string, warn?: boolean }} T
   * @param {string} name
   * @param {(note: (text: string) => void) => Promise<T>} work may call `note` to say what it is at
   * @returns {Promise<T>}
   */
  async step(name, work) {
    const startedMs = performance.now();
    let note = '';
    let frame = 0;
    let isAnnounced = false;
    const timer = setInterval(() => {
      const elapsedMs = performance.now() - startedMs;
      if (this.#isTerminal && (!this.#quiet || elapsedMs > QUIET_UNTIL_MS)) {
        const spinner = FRAMES[frame++ % FRAMES.length] ?? '';
        process.stderr.write(`\r\x1b[K${this.#line(spinner, name, note, elapsedMs)}`);
      } else if (!this.#isTerminal && !isAnnounced && elapsedMs > QUIET_UNTIL_MS) {
        isAnnounced = true;
        process.stderr.write(`${this.#line('…', name, note, undefined)}\n`);
      }
    }, 120);
    /** @param {string} mark @param {string} remark @param {boolean} always */
    const close = (mark, remark, always) => {
      clearInterval(timer);
      const elapsedMs = performance.now() - startedMs;
      if (this.#isTerminal) process.stderr.write('\r\x1b[K');
      if (always || !this.#quiet || elapsedMs > QUIET_UNTIL_MS) {
        process.stderr.write(`${this.#line(mark, name, remark, elapsedMs)}\n`);
      }
    };
    try {
      const result = await work((text) => {
        note = text;
      });
      const { remark, warn = false } = typeof result === 'string' ? { remark: result } : result;
      close(warn ? this.#paint('33', '!') : this.#paint('32', '✓'), remark, warn);
      return result;
    } catch (error) {
      const [first = 'failed', ...rest] = (error instanceof Error ? error.message : String(error)).split(
        '\n',
      );
      close(this.#paint('31', '✗'), first, true);
      for (const line of rest) process.stderr.write(`    ${line}\n`);
      throw error;
    }
  }

  /**
   * @param {string} mark
   * @param {string} name
   * @param {string} remark
   * @param {number | undefined} elapsedMs
   */
  #line(mark, name, remark, elapsedMs) {
    const time = elapsedMs === undefined ? '' : `${(elapsedMs / 1000).toFixed(1)} s`;
    return `  ${mark} ${name.padEnd(NAME_WIDTH)} ${time.padStart(8)}  ${remark}`;
  }

  /** @param {string} code @param {string} text */
  #paint(code, text) {
    return this.#colours ? `\x1b[${code}m${text}\x1b[0m` : text;
  }
}

/** A failure whose message is meant for the user: what is wrong, then what to do, each on a line. */
export class StepError extends Error {}
