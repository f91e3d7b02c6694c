/** What registries answered about names: plain data. */

/** What a registry answered about one version of a package. */
export type RegistryFact =
  /** It does not have the name. */
  | { readonly kind: 'absent'; readonly registry: string }
  | {
      readonly kind: 'present';
      readonly registry: string;
      /** It has the version with the digest of the lockfile: the other source is its mirror. */
      readonly isSame?: true;
      /** ISO 8601; absent where the registry does not say it. */
      readonly firstVersionAt?: string;
      readonly versionCount?: number;
      readonly maintainerCount?: number;
    }
  /** It could not be asked; a sentence without a full stop. */
  | { readonly kind: 'failed'; readonly registry: string; readonly message: string };

/** Answers by the key that `factKey` of `registry-facts.ts` gives. */
export type RegistryFacts = ReadonlyMap<string, RegistryFact>;
