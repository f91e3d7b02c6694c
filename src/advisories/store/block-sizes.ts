/**
 * The sections of a file of the form `entries`: `packages` (name to entries), `ids` (hash of an id
 * or alias to records and their packages), `texts` (text number to summary, details and
 * references). A file of facts has CVE ids in the place of package names, and its `ids` are empty.
 * All are packed with Brotli, and so is the filter of names.
 */

/** Small, because a look-up unpacks a whole block for one record. */
export const PACKAGE_BLOCK_BYTES = 8 * 1024;
/** The size of a block of ids, uncompressed. A look-up unpacks a single block. */
export const ID_BLOCK_BYTES = 8 * 1024;
/** Prose packs better in large blocks, and findings of one package stand together. */
export const TEXT_BLOCK_BYTES = 32 * 1024;
/** Facts by id do not stand together. */
export const FACT_TEXT_BLOCK_BYTES = 8 * 1024;
