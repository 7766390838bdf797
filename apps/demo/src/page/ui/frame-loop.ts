import { type ReadonlySignal, signal } from '@preact/signals';

/** Time between two pictures while something moves, at least; more where they cost much, because sound comes first. */
const frameMs = 33;
const maxFrameMs = 250;
/** Pictures take this share of the page's time at most. */
const drawShare = 0.1;
/** Charts are drawn at most so often. */
const chartMs = 250;

/** Says when the page is drawn: once after a change, and steadily while something moves. */
export class FrameLoop {
  readonly #frame = signal(0);
  readonly #chartFrame = signal(0);
  #isSteady: () => boolean = () => false;
  #isDue = false;
  #frameMs = frameMs;
  #drawnMs = -Infinity;
  #chartsDrawnMs = -Infinity;

  /** Number of the picture: a component that reads it is drawn with every one. */
  get frame(): ReadonlySignal<number> {
    return this.#frame;
  }

  /** The same for what is costly and slow. */
  get chartFrame(): ReadonlySignal<number> {
    return this.#chartFrame;
  }

  /**
   * Draws although nobody asks: all the time while the one says so, now and then while the other does. To be called
   * once.
   */
  start(isSteady: () => boolean, isMoving: () => boolean): void {
    this.#isSteady = isSteady;
    window.addEventListener('resize', () => this.request());
    setInterval(() => {
      if (isMoving()) this.request();
    }, chartMs);
  }

  /** Asks for a new picture. */
  request(): void {
    if (this.#isDue) return;
    this.#isDue = true;
    const waitMs = this.#drawnMs + this.#frameMs - performance.now();
    // Not by asking for animation frames in between: each of them would cost a pass over the whole page.
    setTimeout(() => requestAnimationFrame(() => this.#draw(performance.now())), Math.max(0, waitMs));
  }

  #draw(atMs: number): void {
    this.#isDue = false;
    this.#drawnMs = atMs;
    this.#measure(atMs);
    this.#frame.value++;
    if (this.#isSteady()) this.request();
    if (atMs - this.#chartsDrawnMs < chartMs - frameMs) return;
    this.#chartsDrawnMs = atMs;
    this.#chartFrame.value++;
  }

  /** How long the picture took, with what the browser does for it after us. */
  #measure(begunMs: number): void {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      const costMs = performance.now() - begunMs;
      this.#frameMs = Math.min(maxFrameMs, Math.max(frameMs, (this.#frameMs + costMs / drawShare) / 2));
      port1.close();
    };
    port2.postMessage(undefined);
  }
}
