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

interface Block {
  readonly name: string;
  readonly line: number;
  version: string | undefined;
  isTwice: boolean;
}

export const terraformLock: Cataloger = {
  async read(file) {
    const result = new CatalogBuilder(file.path);
    const lines = new TextDecoder().decode(await file.bytes()).split(/\r?\n/);
    let block: Block | undefined;
    let hasBlock = false;
    for (const [index, text] of lines.entries()) {
      const name = BLOCK.exec(text)?.groups?.['name'];
      if (block !== undefined && (name !== undefined || text.startsWith('}'))) {
        addProvider(block, result);
        block = undefined;
      }
      if (name !== undefined) block = { name, line: index + 1, version: undefined, isTwice: false };
      else if (block !== undefined) addVersion(block, VERSION.exec(text)?.groups?.['version']);
      hasBlock ||= name !== undefined;
    }
    if (block !== undefined) {
      addProvider(block, result);
      result.gap('unreadable', 'cut off: nothing ends the last block', lines.length);
    }
    if (!hasBlock && lines.some((text) => !COMMENT.test(text))) {
      throw new ParseError(file.path, 'no block of a provider');
    }
    return result.done();
  },
};

function addVersion(block: Block, version: string | undefined): void {
  if (block.version !== undefined && version !== undefined) block.isTwice = true;
  block.version ??= version;
}

function addProvider({ name, version, isTwice, line }: Block, result: CatalogBuilder): void {
  if (isTwice) result.unreadableRow(name, { reason: '"version" is given twice', line });
  if (version === undefined) result.unreadableRow(name, { reason: 'no version', line });
  else result.add({ name, version, line, relationship: 'direct' });
}
