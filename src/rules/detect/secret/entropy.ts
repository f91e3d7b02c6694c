/** Entropy of texts. Source: C. E. Shannon, "A Mathematical Theory of Communication", section 6. */

/** Returns the entropy of a text by the frequency of its characters, in bits for each character. */
export function entropyOf(text: string): number {
  const counts = new Map<string, number>();
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1);
  let entropy = 0;
  for (const count of counts.values()) {
    const share = count / text.length;
    entropy -= share * Math.log2(share);
  }
  return entropy;
}
