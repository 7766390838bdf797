import { isMainThread } from 'node:worker_threads';
import { EloquenceError } from '@eloquence/plugin-api';

/** The part of libopus' bindings that is used here: one channel, one application. */
export interface OpusLibrary {
  readonly Encoder: new (options: OpusLibraryOptions & { application: 'voip' }) => OpusLibraryEncoder;
  readonly Decoder: new (options: OpusLibraryOptions) => OpusLibraryDecoder;
}

interface OpusLibraryOptions {
  readonly channels: 1;
  readonly sample_rate: number;
}

export interface OpusLibraryEncoder {
  bitrate: number;
  complexity: number;
  vbr: boolean;
  dtx: boolean;
  signal: 'auto' | 'voice' | 'music';
  encode(pcm: ArrayBufferView): Uint8Array;
  /** Only where libopus runs as WebAssembly; the native build frees with the object. */
  drop?(): void;
}

export interface OpusLibraryDecoder {
  decode(payload: ArrayBufferView): Uint8Array;
  drop?(): void;
}

export type OpusLibraryLoader = () => OpusLibrary;

const forceWasm = 'OPUS_FORCE_WASM';
let loaded: OpusLibrary | undefined;

/**
 * Loads libopus on first use. The native build crashes a process in which only a worker thread had loaded it, as
 * soon as that worker ends; so worker threads get the WebAssembly build, which takes about twice the time.
 *
 * @throws EloquenceError `CODEC_FAILED` if it cannot be loaded.
 */
export function loadOpusLibrary(): OpusLibrary {
  loaded ??= importOpusLibrary();
  return loaded;
}

function importOpusLibrary(): OpusLibrary {
  const before = process.env[forceWasm];
  if (!isMainThread) process.env[forceWasm] = '1';
  try {
    return requireInstalled('@evan/opus') as OpusLibrary;
  } catch (error) {
    throw new EloquenceError('CODEC_FAILED', 'The Opus library could not be loaded.', {
      cause: error,
      hint: 'Install the dependencies of @eloquence/compression again on this machine, or use the codec "pcm".',
    });
  } finally {
    if (!isMainThread) {
      if (before === undefined) delete process.env[forceWasm];
      else process.env[forceWasm] = before;
    }
  }
}

/**
 * Loads an installed package as seen from this module, else from the program that runs. Native code cannot be part of a
 * bundle, so bundlers must not see this; in a bundle of CommonJS, this module has no address.
 */
function requireInstalled(name: string): unknown {
  const { createRequire } = process.getBuiltinModule('node:module');
  const here = (import.meta as { readonly url?: string }).url;
  const program = process.argv[1] ?? process.execPath;
  try {
    return createRequire(here ?? program)(name);
  } catch (error) {
    if (here === undefined || (error as NodeJS.ErrnoException).code !== 'MODULE_NOT_FOUND') throw error;
    return createRequire(program)(name);
  }
}
