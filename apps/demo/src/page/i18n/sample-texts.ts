/** What can be picked to be spoken. */
export type SampleName = 'short' | 'long' | 'llm';
export type VoiceLanguage = 'en' | 'fr';

export const sampleTexts: Readonly<Record<VoiceLanguage, Readonly<Record<SampleName, string>>>> = {
  en: {
    short:
      'Good morning. Your train leaves at ten past nine from platform four, and there is still time for a coffee.',
    long: 'There was a time when every word had to wait for the one before it. Speech was treated like a live microphone: ten milliseconds of sound, ten milliseconds of waiting, and so on to the end. But a synthetic voice is not live. Its words exist long before they must be heard. So they can travel early, wait close to the listener, and begin the moment they are needed. If the network falters for a second, nobody notices, because the next sentence is already there.',
    llm: 'Let me think about that for a moment. The short answer is yes: you can move your booking to Friday without a fee. I have checked both flights, and the one at noon still has a window seat. Shall I take it for you?',
  },
  fr: {
    short:
      'Bonjour. Votre train part à neuf heures dix, voie quatre, et il vous reste le temps de prendre un café.',
    long: 'Il fut un temps où chaque mot devait attendre le précédent. On traitait la parole comme un micro ouvert : dix millisecondes de son, dix millisecondes d’attente, et ainsi jusqu’au bout. Mais une voix de synthèse n’est pas en direct. Ses mots existent bien avant qu’on doive les entendre. Ils peuvent donc voyager tôt, patienter tout près de l’auditeur, et commencer à l’instant voulu. Si le réseau faiblit une seconde, personne ne le remarque, car la phrase suivante est déjà là.',
    llm: 'Laissez-moi réfléchir un instant. En bref, oui : vous pouvez déplacer votre réservation à vendredi sans frais. J’ai regardé les deux vols, et celui de midi a encore une place côté hublot. Je vous la réserve ?',
  },
};
