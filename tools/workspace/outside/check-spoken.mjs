/** @param {any} result what `speak.mjs` prints @param {(isTrue: boolean, what: string) => void} assert */
export function checkSpoken(
  { room, metrics, states, failedCalls, log, heardSamples, sha256Sent, sha256Heard },
  assert,
) {
  const where = `in the ${room} room`;
  const used = {
    codec: 'mulaw',
    profile: 'FIXED_RATE',
    batcher: 'two-frames',
    outcome: 'complete',
    lane: 'data',
  };
  for (const [field, value] of Object.entries(used))
    assert(metrics[field] === value, `${field} is ${metrics[field]} ${where}, not ${value}.`);
  assert(
    metrics.framesLost === 0 && metrics.framesPlayed === metrics.framesSent,
    `Frames are lost ${where}.`,
  );
  // A busy machine interrupts calls, which count as slow; none may fail, and all plugins must be in use, see below.
  assert(failedCalls === 0, `${failedCalls} calls into plugins failed ${where}.`);
  assert(sha256Sent === sha256Heard, `Other frames are heard than were sent ${where}.`);
  // A codec's look-ahead is paid for with a few ms of silence behind the speech.
  const extraMs = heardSamples / 24 - metrics.audioMs;
  assert(metrics.audioMs > 1000, `Only ${metrics.audioMs} ms are spoken ${where}.`);
  assert(
    extraMs >= 0 && extraMs <= 10,
    `${heardSamples / 24} ms are heard of ${metrics.audioMs} ms ${where}.`,
  );
  for (const name of ['mulaw', 'fixed-rate', 'two-frames', 'diary', 'metered', 'lines'])
    assert(states[name] === 'active', `${name} is ${states[name]} ${where}.`);
  for (const name of ['hum', 'smooth', 'careful'])
    assert(states[name] === 'registered', `${name} is ${states[name]} ${where}, though nothing uses it.`);
  const line = log.find((/** @type {string} */ text) => text.startsWith('diary: utterance'));
  assert(line?.includes('FIXED_RATE, mulaw, two-frames') === true, `The monitor wrote '${line}' ${where}.`);
}

/**
 * What `control.mjs` prints.
 *
 * @param {any} result
 * @param {(isTrue: boolean, what: string) => void} assert
 */
export function checkControl({ room, byLabel, byAttribute, throwing, withoutPolicy }, assert) {
  const where = `in the ${room} room`;
  for (const { outcome, framesLost, audioMs, isSame } of [
    byLabel,
    byAttribute,
    throwing,
    withoutPolicy,
  ].flatMap(({ spoken }) => spoken)) {
    assert(
      outcome === 'complete' && framesLost === 0,
      `An utterance is ${outcome}, ${framesLost} frames lost ${where}.`,
    );
    assert(audioMs > 1000 && isSame, `Other frames are heard than were sent ${where}.`);
  }

  /** @type {(spoken: any) => boolean} */
  const isLimited = ({ decisions }) =>
    decisions.some(
      (/** @type {any} */ { rule, reason, profileId }) =>
        rule === 'metered' && reason === 'the connection is metered' && profileId === 'BALANCED_OPTIMAL',
    );
  const [free, limited] = byLabel.spoken;
  assert(free.profile === 'ULTRA_PERFORMANCE', `Without labels the profile is ${free.profile} ${where}.`);
  assert(!isLimited(free), `The rule speaks without its label ${where}.`);
  for (const metered of [limited, ...byAttribute.spoken]) {
    assert(metered.profile === 'BALANCED_OPTIMAL', `Metered, the profile is ${metered.profile} ${where}.`);
    assert(isLimited(metered), `No decision gives the reason of the rule ${where}.`);
  }

  assert(throwing.states['metered'] === 'quarantined', `The rule is ${throwing.states['metered']} ${where}.`);
  assert(
    throwing.states['@eloquence/profiles'] === 'active' &&
      throwing.spoken.at(-1).profile === 'ULTRA_PERFORMANCE',
    `Beside a rule that throws, the policy does not decide ${where}.`,
  );

  const [{ profile, decisions }] = withoutPolicy.spoken;
  assert(!withoutPolicy.names.includes('@eloquence/profiles'), `The policy is there ${where}.`);
  assert(
    profile === 'FALLBACK' && decisions.every((/** @type {any} */ { rule }) => rule === 'fallback'),
    `Without a policy, the profile is ${profile} ${where}.`,
  );
}
