/**
 * Providers pinned by Terraform and OpenTofu: `.terraform.lock.hcl`.
 *
 * Source: the Terraform documentation, "Dependency Lock File": blocks
 * `provider "HOST/NAMESPACE/TYPE"` with `version`, `constraints` and `hashes`, in the one form that
 * the tools write. Hashes are of unpacked folders or of one platform's archive, so none is the
 * package's digest. A block that no brace on a line of its own ends was cut off, a gap, and so is a
 * file without blocks beside a configuration that requires providers. Refused: a file with text and
 * without a block.
 */

import { ParseError } from '../../../core/base/errors.ts';
import { CatalogBuilder } from '../catalog-builder.ts';
import type { Cataloger } from '../cataloger.ts';
import { reportEmptyLock } from '../empty-lockfile.ts';
import { requiredProviders } from './required-providers.ts';

const BLOCK = /^\s{0,20}provider\s{1,10}"(?<name>[^"\s]{1,500})"\s{0,10}\{/;
const VERSION = /^\s{1,20}version\s{0,40}=\s{0,40}"(?<version>[^"\s]{1,200})"/;
const END = /^\s{0,20}\}/;
const BLANK = /^\s*$/;
/** A text, or a comment of any of the three forms. */
const TEXT_OR_COMMENT =
  /"(?:[^"\\\n]|\\.)*"|\/\*[^*]*(?:\*(?!\/)[^*]*)*(?:\*\/|$)|(?:#|\/\/)[^\n]*/g;

interface Block {
  readonly name: string;
  readonly line: number;
  version: string | undefined;
  isTwice: boolean;
}

export const terraformLock: Cataloger = {
  async read(file, siblings) {
    const result = new CatalogBuilder(file.path);
    const text = withoutComments(new TextDecoder().decode(await file.bytes()), result);
    const lines = text.split(/\r?\n/);
    if (addProviders(lines, result)) return result.done();
    if (!lines.every((line) => BLANK.test(line))) {
      throw new ParseError(file.path, 'no block of a provider');
    }
    for (const manifest of siblings.beside?.(file.path, '.tf') ?? []) {
      await reportEmptyLock(result, manifest, requiredProviders);
    }
    return result.done();
  },
};

/** Returns the same lines, with nothing where a comment was. */
function withoutComments(text: string, result: CatalogBuilder): string {
  return text.replaceAll(TEXT_OR_COMMENT, (token, at: number) => {
    if (token.startsWith('"')) return token;
    if (token.startsWith('/*') && !(token.length >= 4 && token.endsWith('*/'))) {
      const line = text.slice(0, at).split('\n').length;
      result.gap('unreadable', 'cut off: nothing ends the last comment', line);
    }
    return token.replaceAll(/[^\n]+/g, ' ');
  });
}

/** Returns whether there is a block at all. */
function addProviders(lines: readonly string[], result: CatalogBuilder): boolean {
  let block: Block | undefined;
  let hasBlock = false;
  for (const [index, text] of lines.entries()) {
    const line = index + 1;
    const name = BLOCK.exec(text)?.groups?.['name'];
    if (name !== undefined) {
      if (block !== undefined) addProvider(block, result);
      block = { name, line, version: undefined, isTwice: false };
      hasBlock = true;
    } else if (block !== undefined && END.test(text)) {
      addProvider(block, result);
      block = undefined;
    } else if (block !== undefined) addVersion(block, VERSION.exec(text)?.groups?.['version']);
    else if (hasBlock && !BLANK.test(text)) {
      result.unreadableRow(text, { reason: 'outside every block', line });
    }
  }
  if (block !== undefined) {
    addProvider(block, result);
    result.gap('unreadable', 'cut off: nothing ends the last block', lines.length);
  }
  return hasBlock;
}

function addVersion(block: Block, version: string | undefined): void {
  if (block.version !== undefined && version !== undefined) block.isTwice = true;
  block.version ??= version;
}

function addProvider({ name, version, isTwice, line }: Block, result: CatalogBuilder): void {
  if (isTwice) result.unreadableRow(name, { reason: '"version" is given twice', line });
  if (version === undefined) result.unreadableRow(name, { reason: 'no version', line });
  else result.add({ name, version, line, relationship: 'direct' });
}
