/** The words that shells complete: commands, their actions and their flags. */

import { appendTo } from '../../../../core/base/maps.ts';
import type { Flag } from '../../../config/flag.ts';
import { COMMON_FLAGS } from '../../shell/options/common-flags.ts';
import { takesNextArgument } from '../../shell/parse-arguments.ts';
import type { NamedCommand } from '../command.ts';

/** The words of a command line that a shell can complete. */
export interface CompletionTable {
  /** The first words of commands, in the order of help. */
  readonly words: readonly CompletedWord[];
  /** Actions by the first word of their command. */
  readonly actions: ReadonlyMap<string, readonly CompletedWord[]>;
  /** Values of the first argument, by the name of the command. */
  readonly values: ReadonlyMap<string, readonly string[]>;
  readonly flags: readonly CompletedFlag[];
  /** Flags whose value is the next word, with their dashes. */
  readonly valueFlags: readonly string[];
}

/** A word with its meaning. */
export interface CompletedWord {
  readonly word: string;
  readonly help: string;
}

/** A flag and the commands that have it. */
export interface CompletedFlag {
  readonly name: string;
  readonly short?: string;
  readonly help: string;
  readonly takesValue: boolean;
  /** Names and aliases of commands; `''` stands for a target without a command. */
  readonly commands: readonly string[];
}

/** The shells that have a script, in the order of help. */
export const SHELLS = ['bash', 'zsh', 'fish'] as const;

/** One of {@link SHELLS}. */
export type Shell = (typeof SHELLS)[number];

/** Flags that commander and the command line itself read. */
const HELP_FLAG: Flag = { name: 'help', short: 'h', group: 'General', help: 'show this help' };
const VERSION_FLAG: Flag = {
  name: 'version',
  short: 'v',
  group: 'General',
  help: 'print the version',
};

/** Returns the words of all commands of a list. Flags that help does not list are left out. */
export async function completionTable(rows: readonly NamedCommand[]): Promise<CompletionTable> {
  const flags = new Map<string, CompletedFlag & { commands: string[] }>();
  const valueFlags = new Set<string>();
  for (const row of rows) {
    const { flags: own, scansNoImages } = await row.load();
    const extra = row.name === '' ? [VERSION_FLAG] : [];
    for (const flag of [...own, ...COMMON_FLAGS, HELP_FLAG, ...extra]) {
      if (takesNextArgument(flag)) for (const name of dashed(flag)) valueFlags.add(name);
      const isUnlisted = scansNoImages === true && flag.isForImages === true;
      if (isUnlisted || flag.effect !== undefined) continue;
      const key = JSON.stringify([flag.name, flag.short, flag.help, takesNextArgument(flag)]);
      const entry = flags.get(key) ?? completed(flag);
      entry.commands.push(row.name, ...(row.aliases ?? []));
      flags.set(key, entry);
    }
  }
  return {
    words: firstWords(rows.filter(({ name }) => name !== '')),
    actions: actionsOf(rows),
    values: new Map([['completion', SHELLS]]),
    flags: [...flags.values()],
    valueFlags: [...valueFlags],
  };
}

function completed(flag: Flag): CompletedFlag & { commands: string[] } {
  const { name, short, help } = flag;
  const takesValue = takesNextArgument(flag);
  return { name, ...(short !== undefined && { short }), help, takesValue, commands: [] };
}

function dashed({ name, short, aliases = [] }: Flag): readonly string[] {
  const long = [name, ...aliases].map((one) => `--${one}`);
  return short === undefined ? long : [...long, `-${short}`];
}

function firstWords(rows: readonly NamedCommand[]): readonly CompletedWord[] {
  const actions = actionsOf(rows);
  const words = new Map<string, string>();
  for (const { name, aliases = [], summary } of rows) {
    const [word = '', action] = name.split(' ');
    if (action === undefined) words.set(word, summary);
    else if (!words.has(word)) {
      words.set(word, `actions: ${(actions.get(word) ?? []).map((one) => one.word).join(', ')}`);
    }
    for (const alias of aliases) if (alias.length > 1) words.set(alias, summary);
  }
  return [...words].map(([word, help]) => ({ word, help }));
}

function actionsOf(rows: readonly NamedCommand[]): ReadonlyMap<string, readonly CompletedWord[]> {
  const actions = new Map<string, CompletedWord[]>();
  for (const { name, summary } of rows) {
    const [group = '', action] = name.split(' ');
    if (action !== undefined) appendTo(actions, group, { word: action, help: summary });
  }
  return actions;
}
