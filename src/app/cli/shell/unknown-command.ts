/**
 * Errors for words in the place of a command that are not command. Loaded only when such a word was
 * typed.
 */

import { existsSync } from 'node:fs';
import { resolve } from 'node:path';

import { AssayError } from '../../../core/base/errors.ts';
import { didYouMean } from '../../../core/base/did-you-mean.ts';
import { foreignCommand } from './foreign-commands.ts';
import { plannedCommand } from './planned-commands.ts';
import { COMMANDS } from '../commands/list.ts';

/** The words around an unknown command. */
export interface TypedWord {
  readonly word: string;
  /** The argument after it. */
  readonly next?: string | undefined;
  /** Absolute. */
  readonly cwd: string;
}

/**
 * Refuses the name of a command of another scanner or of one that this version does not have,
 * whatever the working directory holds. Refuses a word that is nearly the name of a command, unless
 * a file of that name exists.
 *
 * @throws AssayError `USAGE`
 */
export function refuseUnknownCommand({ word, next, cwd }: TypedWord): void {
  const foreign = foreignCommand(`${word} ${next ?? ''}`) ?? foreignCommand(word.toLowerCase());
  const isThere = existsSync(resolve(cwd, word));
  if (foreign !== undefined) throw absent(word, ownerText(foreign), { ...foreign, isThere });
  const planned = plannedCommand(word.toLowerCase());
  if (planned !== undefined) throw absent(word, PLANNED, { ...planned, isThere });
  const near = didYouMean(word, commandWords());
  if (near === undefined || isThere) return;
  throw new AssayError('USAGE', `"${word}" is not a command`, {
    hint: `Did you mean: assay ${near}${next === undefined ? '' : ' ...'}\n${imageHint(word)}`,
  });
}

/** Refuses `assay help WORD` for a word that has no help. @throws AssayError `USAGE` */
export function refuseHelpTopic(typed: TypedWord): never {
  refuseUnknownCommand({ ...typed, next: undefined });
  throw new AssayError('USAGE', `no help for "${typed.word}": it is not a command`, {
    hint: 'All commands: assay --help',
  });
}

/** Returns the error for an action that a group of commands does not have. */
export function unknownAction(group: string, action: string): AssayError {
  const name = `${group} ${action}`;
  const planned = plannedCommand(name);
  const other = planned ?? foreignCommand(name);
  const near = didYouMean(
    action,
    COMMANDS.flatMap((row) => {
      const [first, second] = row.name.split(' ');
      return first === group && second !== undefined ? [second] : [];
    }),
  );
  const guess = near === undefined ? [] : [`Did you mean: assay ${group} ${near}`];
  const what = planned === undefined ? 'is not a command' : PLANNED;
  return new AssayError('USAGE', `"assay ${name}" ${what}`, {
    hint: [
      ...(other === undefined ? guess : [other.instead]),
      `Actions: assay ${group} --help`,
    ].join('\n'),
  });
}

/**
 * Returns the error for an action of another scanner under a word that is also a command here;
 * `undefined` for other words.
 */
export function foreignAction(pair: string): AssayError | undefined {
  const foreign = foreignCommand(pair);
  if (foreign === undefined) return undefined;
  return new AssayError('USAGE', `"${pair}" ${ownerText(foreign)}`, { hint: foreign.instead });
}

const PLANNED = 'is a command that this version of Assay does not have';

function ownerText({ tool = 'other scanners' }: { readonly tool?: string }): string {
  return `is a command of ${tool} that Assay does not have`;
}

function absent(
  word: string,
  what: string,
  { instead, isThere }: { readonly instead: string; readonly isThere: boolean },
): AssayError {
  const path = isThere ? [`The file or directory of that name: assay ./${word}`] : [];
  return new AssayError('USAGE', `"${word}" ${what}`, {
    hint: [instead, ...path, imageHint(word)].join('\n'),
  });
}

function imageHint(word: string): string {
  return `An image of that name: assay image ${word}`;
}

/** Returns the first words of commands, and their long other names. */
function commandWords(): readonly string[] {
  return COMMANDS.flatMap(({ name, aliases = [] }) => [
    name.split(' ')[0] ?? '',
    ...aliases.filter((alias) => alias.length > 2),
  ]);
}
