/**
 * Providers pinned by Terraform and OpenTofu: `.terraform.lock.hcl`.
 *
 * Source: the Terraform documentation, "Dependency Lock File": blocks `provider "HOST/NAMESPACE/TYPE"` with `version`,
 * `constraints` and `hashes`, in the one form that the tools write. Hashes are of unpacked folders or of one platform's
 * archive, so none is the package's digest. A block that no brace at the margin ends was cut off, a gap. Refused: a file with text and without a block.
 */

import { ParseError } from '../../base/errors.ts';
import { CatalogBuilder } from '../builder.ts';
import type { Cataloger } from '../cataloger.ts';

const BLOCK = /^provider\s{1,10}"(?<name>[^"\s]{1,500})"\s{0,10}\{/;
const VERSION = /^\s{1,20}version\s{0,40}=\s{0,40}"(?<version>[^"\s]{1,200})"/;
const COMMENT = /^\s*(?:#|\/\/|$)/;

export const terraformLock: Cataloger = {
  async read(file) {
    const result = new CatalogBuilder(file.path);
    const lines = new TextDecoder().decode(await file.bytes()).split(/\r?\n/);
    let open: { readonly name: string; readonly line: number } | undefined;
    let hasBlock = false;
    let isInside = false;
    for (const [index, text] of lines.entries()) {
      const name = BLOCK.exec(text)?.groups?.['name'];
      const version = VERSION.exec(text)?.groups?.['version'];
      if (open !== undefined && version !== undefined) {
        result.add({ name: open.name, version, line: open.line, relationship: 'direct' });
        open = undefined;
      } else if (open !== undefined && (name !== undefined || text.startsWith('}'))) {
        result.unreadableRow(open.name, { reason: 'no version', line: open.line });
        open = undefined;
      }
      if (name !== undefined) open = { name, line: index + 1 };
      isInside = name !== undefined || (isInside && !text.startsWith('}'));
      hasBlock ||= name !== undefined;
    }
    if (isInside) result.gap('unreadable', 'cut off: nothing ends the last block', lines.length);
    if (!hasBlock && lines.some((text) => !COMMENT.test(text))) {
      throw new ParseError(file.path, 'no block of a provider');
    }
    return result.done();
  },
};
