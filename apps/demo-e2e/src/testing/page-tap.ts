import type { Page } from 'playwright-core';

/** A shift of the layout that nobody asked for. */
export interface LayoutShift {
  readonly value: number;
  readonly sources: readonly string[];
}

/**
 * Runs in the page before its own scripts: whatever is connected to a context's destination is recorded as well, and
 * shifts of the layout are kept. Plain text, because it must not refer to anything outside.
 */
const tap = `(() => {
  const recorder = \`registerProcessor('tap', class extends AudioWorkletProcessor {
    block = new Float32Array(4096); at = 0;
    process(inputs) {
      const samples = inputs[0][0] ?? new Float32Array(128);
      this.block.set(samples, this.at);
      if ((this.at += samples.length) === this.block.length) {
        this.port.postMessage(this.block);
        this.at = 0;
      }
      return true;
    }
  })\`;
  const state = { blocks: [], shifts: [], sampleRateHz: 0 };
  window.tap = state;
  const connect = AudioNode.prototype.connect;
  const tapped = new WeakSet();
  AudioNode.prototype.connect = function (target, ...rest) {
    const result = connect.call(this, target, ...rest);
    if (target instanceof AudioDestinationNode && !tapped.has(this)) {
      tapped.add(this);
      const url = URL.createObjectURL(new Blob([recorder], { type: 'text/javascript' }));
      this.context.audioWorklet.addModule(url).then(() => {
        const node = new AudioWorkletNode(this.context, 'tap', { numberOfOutputs: 0 });
        node.port.onmessage = ({ data }) => {
          state.sampleRateHz = this.context.sampleRate;
          state.blocks.push(data);
        };
        connect.call(this, node);
      });
    }
    return result;
  };
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      if (entry.hadRecentInput) continue;
      const describe = (node) => {
        const path = [];
        for (let at = node; at && path.length < 4; at = at.parentElement ?? at.parentNode)
          path.unshift(at.id || at.className || at.nodeName);
        return path.join(' > ') + ': ' + (node?.textContent ?? '').slice(0, 40);
      };
      const sources = entry.sources.map(({ node }) => describe(node));
      state.shifts.push({ value: entry.value, sources });
    }
  }).observe({ type: 'layout-shift', buffered: true });
  state.takeSound = () => {
    const blocks = state.blocks.splice(0);
    const sound = new Float32Array(blocks.length * 4096);
    blocks.forEach((block, index) => sound.set(block, index * 4096));
    const bytes = new Uint8Array(sound.buffer);
    let text = '';
    for (let at = 0; at < bytes.length; at += 32768) text += String.fromCharCode(...bytes.subarray(at, at + 32768));
    return { sampleRateHz: state.sampleRateHz, sound: btoa(text) };
  };
})()`;

export async function installTap(page: Page): Promise<void> {
  await page.addInitScript(tap);
}

/** What went to the sound card since the last time. */
export async function takeSound(page: Page): Promise<{ sampleRateHz: number; sound: Float32Array }> {
  const taken = await page.evaluate<{ sampleRateHz: number; sound: string }>('window.tap.takeSound()');
  const bytes = new Uint8Array(Buffer.from(taken.sound, 'base64'));
  return { sampleRateHz: taken.sampleRateHz, sound: new Float32Array(bytes.buffer) };
}

/** Shifts since the last time. */
export function takeShifts(page: Page): Promise<LayoutShift[]> {
  return page.evaluate<LayoutShift[]>('window.tap.shifts.splice(0)');
}
