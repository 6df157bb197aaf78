/** Which scripts a name is written in: one that mixes those that are not written together may be
 * meant to look like another name. */

const SCRIPTS = [
  ...["Latin", "Cyrillic", "Greek", "Han", "Hiragana", "Katakana", "Hangul", "Bopomofo"],
  ...["Arabic", "Hebrew", "Armenian", "Georgian", "Cherokee", "Coptic", "Ethiopic", "Thai", "Lao"],
  ...["Devanagari", "Bengali", "Gurmukhi", "Gujarati", "Oriya", "Tamil", "Telugu", "Kannada"],
  ...["Malayalam", "Sinhala", "Khmer", "Myanmar", "Tibetan", "Mongolian", "Syriac", "Lisu"],
].map((name) => ({ name, letter: new RegExp(`\\p{Script=${name}}`, "u") }));
/** Chinese, Japanese and Korean are written so, and with Latin words among them. */
const TOGETHER = [
  ["Latin", "Han", "Hiragana", "Katakana"],
  ["Latin", "Han", "Bopomofo"],
  ["Latin", "Han", "Hangul"],
];

/** The scripts of its letters, where they are not usually written together; or else none. */
export function mixedScripts(name: string): string[] {
  const found = [...new Set((name.match(/\p{L}/gu) ?? []).map(scriptOf))];
  const areUsual = TOGETHER.some((usual) => found.every((script) => usual.includes(script)));
  return found.length < 2 || areUsual ? [] : found;
}

function scriptOf(letter: string): string {
  // Mathematical letters and the like are of no script, and look like Latin or Greek ones.
  const isSign = letter.normalize("NFKC") !== letter && /\p{Script=Common}/u.test(letter);
  if (isSign) return "mathematical";
  return SCRIPTS.find((script) => script.letter.test(letter))?.name ?? "other";
}
