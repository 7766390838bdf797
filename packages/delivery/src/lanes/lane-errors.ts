import { EloquenceError } from '@eloquence/plugin-api';
import type { ReceiverPeer } from '../receivers/receiver-peer.js';
import type { ReceiverStream } from '../stream/receiver-stream.js';

export function noReceiver(): EloquenceError {
  return new EloquenceError('NO_RECEIVER', 'Nobody in the room can receive the data lane.', {
    hint: 'Let a listener join that runs the Eloquence player or receiver, or use the media lane.',
  });
}

export function connectionLost(): EloquenceError {
  return new EloquenceError('CONNECTION_LOST', 'The connection to the room was lost and did not come back.', {
    hint: 'Connect again, and speak the utterance again from where it stopped.',
  });
}

export function undelivered(stream: ReceiverStream, framesSent: number, what: string): EloquenceError {
  const missing = framesSent - stream.progress.frames;
  return new EloquenceError(
    'DELIVERY_INCOMPLETE',
    `Receiver '${stream.peer.receiver}' ${what}; ${missing} of ${framesSent} frames are not known to have arrived.`,
    { value: missing, hint: "Check the receiver's connection; what is missing was not heard." },
  );
}

export function receiverLeft({ receiver }: ReceiverPeer): EloquenceError {
  return new EloquenceError(
    'RECEIVER_LEFT',
    `Receiver '${receiver}' left the room before it heard everything.`,
    { value: receiver, hint: 'What it had not played is lost to it; speak again when it is back.' },
  );
}
