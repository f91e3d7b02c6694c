/**
 * Counts signers: how many different ones made some signatures.
 *
 * A signer is a key, or all certificates with a name in common, and each stands for one entry of
 * the trust file or the command line. Neither a signer nor an entry counts twice. Of all ways to
 * assign signers to entries, one with the most is taken, because an entry with a pattern can be one
 * for several signers.
 */

/** A signature that counts. */
export interface CountedSignature {
  /** The signer: the id of a key, or the names of a certificate. */
  readonly subjects: readonly string[];
  /** Names of the entries for which it may count; never empty. */
  readonly entries: readonly string[];
}

/** Returns the names of the entries for which different signers made the signatures. */
export function differentSigners(signatures: readonly CountedSignature[]): readonly string[] {
  const signerOf = new Map<string, CountedSignature>();
  const assign = (signer: CountedSignature, tried: Set<string>): boolean =>
    signer.entries.some((entry) => {
      if (tried.has(entry)) return false;
      tried.add(entry);
      const other = signerOf.get(entry);
      if (other !== undefined && !assign(other, tried)) return false;
      signerOf.set(entry, signer);
      return true;
    });
  for (const signer of joinedSigners(signatures)) assign(signer, new Set());
  return [...signerOf.keys()];
}

/** Joins the signatures whose subjects have one in common. */
function joinedSigners(signatures: readonly CountedSignature[]): readonly CountedSignature[] {
  let signers: readonly CountedSignature[] = [];
  for (const signature of signatures) {
    const isSame = ({ subjects }: CountedSignature): boolean =>
      subjects.some((one) => signature.subjects.includes(one));
    const all = [...signers.filter(isSame), signature];
    const joined = {
      subjects: unique(all.flatMap(({ subjects }) => subjects)),
      entries: unique(all.flatMap(({ entries }) => entries)),
    };
    signers = [...signers.filter((one) => !isSame(one)), joined];
  }
  return signers;
}

function unique(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)];
}
