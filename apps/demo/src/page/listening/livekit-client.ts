/** What the page takes of livekit-client itself: it listens to two of the arms as any page does, without the player. */

export { ConnectionState, type RemoteTrack, Room, RoomEvent, Track, setLogLevel } from 'livekit-client';
