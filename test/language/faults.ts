import { sentencesOf, wordsIn } from "./sentences.ts";

/** Words that CONTRIBUTING.md's page on language replaces, and by which. */
const replaced: readonly (readonly [found: RegExp, by: string])[] = [
  [/\bmend(?:s|ed|ing)?\b/i, "fix, correct"],
  [/\bhand(?:s|ed|ing)? (?:it |them |this )?(?:over|in|back|out)\b/i, "pass, return, give"],
  [/\bparted\b/i, "merge base"],
  [/\btouch(?:es|ed)? (?:by|the service|every service|services|no service)\b/i, "affect, affected"],
  [/\bblacken(?:s|ed)?\b/i, "mask, masked"],
  [/\bgravity\b/i, "severity"],
  [/\b(?:is|are|was|were) (?:none|but)\b/i, "is not, there is no"],
  [/\b(?:held|holds?|holding) (?:\S+ ){0,6}?against\b/i, "compare, check"],
  [/\b(?:to be|can be|could be|is|are) had\b/i, "available, found"],
  [/\bwhom\b/i, "who"],
  [/\bmeanwhile\b|\banew\b/i, "again"],
  [/\bfor want of\b/i, "without, because … is missing"],
  [/\blets? pass\b/i, "does not block, passes"],
  [/\blicence/i, "license"],
];

/** A clause in the subject's place, or what a sentence limits before it says what it is about. */
const opening = /^["'(]?(?:What|Of|Whom|Whose)\b(?!.*\?$)/;

/**
 * Says what in a text breaks the page on language.
 *
 * @param longest the most words of a sentence
 */
export function faultsOf(text: string, longest = 25): readonly string[] {
  return sentencesOf(text).flatMap((sentence) => [
    ...(opening.test(sentence) ? [`begins with its object: ${sentence}`] : []),
    ...(wordsIn(sentence) > longest ? [`${wordsIn(sentence)} words: ${sentence}`] : []),
    ...replaced.flatMap(([found, by]) => {
      const word = found.exec(sentence)?.[0];
      return word === undefined ? [] : [`"${word}" (better: ${by}): ${sentence}`];
    }),
  ]);
}

/** Says what keeps a remedy from being followed: it has to say more than "fix it", or show what to type. */
export function faultsOfRemedy(remedy: string): readonly string[] {
  return [
    ...(wordsIn(remedy) < 3 && !/[-/]/.test(remedy) ? [`says too little: ${remedy}`] : []),
    ...(/^[A-Z§«`]/.test(remedy) ? [] : [`is no sentence: ${remedy}`]),
    ...faultsOf(remedy),
  ];
}
