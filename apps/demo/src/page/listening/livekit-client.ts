/** What the page takes of livekit-client itself: it listens to two of the arms as any page does, without the player. */
// eslint-disable-next-line eloquence/package-owners -- the comparison is with plain livekit-client
export { ConnectionState, type RemoteTrack, Room, RoomEvent, Track, setLogLevel } from 'livekit-client';
