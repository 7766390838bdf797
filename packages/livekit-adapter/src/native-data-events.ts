import { type Disposable, toDisposable } from '@eloquence/plugin-api';

/** One user packet as rtc-node's native core hands it over. */
export interface NativeDataPacket {
  readonly payload: Uint8Array;
  readonly from: string;
  readonly topic: string;
}

interface NativeClient {
  prependListener(event: 'ffi_event', listener: (event: NativeEvent) => void): unknown;
  off(event: 'ffi_event', listener: (event: NativeEvent) => void): unknown;
  copyBuffer(pointer: bigint, length: number): Uint8Array;
}

/** The path through the message of one event; anything else is no data packet. */
interface NativeEvent {
  readonly message?: {
    readonly case?: string;
    readonly value?: {
      readonly roomHandle?: bigint;
      readonly message?: {
        readonly case?: string;
        readonly value?: {
          readonly participantIdentity?: string;
          readonly value?: {
            readonly case?: string;
            readonly value?: {
              readonly topic?: string;
              readonly data?: { readonly data?: { readonly dataPtr?: bigint; readonly dataLen?: bigint } };
            };
          };
        };
      };
    };
  };
}

/**
 * Listens to the data packets of `room` one step before rtc-node's `DataReceived`.
 *
 * That event names the sender only once it has been announced, and a server announces participants without tracks
 * in batches, up to 3 s after they joined (v1.13: `subscriberUpdateInterval`): for that time a listener's packets
 * would come from nobody. The native event always carries the identity.
 *
 * The listener goes in front of rtc-node's own, so that the packet's memory has not been released yet.
 *
 * @returns `undefined` if this version of rtc-node does not show its native events
 */
export function listenToNativeData(
  room: object,
  topic: string,
  listener: (packet: NativeDataPacket) => void,
): Disposable | undefined {
  const client = (globalThis as { _ffiClientInstance?: NativeClient })._ffiClientInstance;
  if (typeof client?.prependListener !== 'function' || typeof client.copyBuffer !== 'function')
    return undefined;
  const { ffiHandle } = room as { readonly ffiHandle?: { readonly handle?: bigint } };
  if (typeof ffiHandle?.handle !== 'bigint') return undefined;
  const roomHandle = ffiHandle.handle;
  const onEvent = (event: NativeEvent): void => {
    const { message } = event;
    if (message?.case !== 'roomEvent' || message.value?.roomHandle !== roomHandle) return;
    const inner = message.value.message;
    if (inner?.case !== 'dataPacketReceived') return;
    const from = inner.value?.participantIdentity;
    const user = inner.value?.value?.case === 'user' ? inner.value.value.value : undefined;
    const span = user?.data?.data;
    if (!from || user?.topic !== topic || span?.dataPtr === undefined || span.dataLen === undefined) return;
    listener({ payload: client.copyBuffer(span.dataPtr, Number(span.dataLen)), from, topic });
  };
  client.prependListener('ffi_event', onEvent);
  return toDisposable(() => client.off('ffi_event', onEvent));
}
