/** The script that completes command lines in fish (3 or newer). */

import { actionNames, knownNames } from './bash.ts';
import type { CompletionTable } from './completion-table.ts';
import { quotedForFish as quoted } from './quoting.ts';

/** Returns the script for fish: functions, and one `complete` for each word and flag. */
export function fishScript({ words, actions, values, flags, valueFlags }: CompletionTable): string {
  const line = (where: string, rest: string): string =>
    `complete -c assay -n ${quoted(where)} ${rest}`;
  const inside = (commands: readonly string[]): string =>
    `__assay_in ${commands.map(quoted).join(' ')}`;
  return `# Completion of assay for fish, written by: assay completion fish
function __assay_command
    set -l words (commandline -opc)
    set -l command ''
    set -l place 0
    set -l is_value 0
    for word in $words[2..-1]
        if test $is_value = 1
            set is_value 0
            continue
        end
        switch $word
            case ${valueFlags.map(quoted).join(' ')}
                set is_value 1
            case '-*'
            case '*'
                set place (math $place + 1)
                if test $place = 1
                    set command $word
                else if test $place = 2; and contains -- "$command $word" ${actionNames(actions).map(quoted).join(' ')}
                    set command "$command $word"
                end
        end
    end
    # A word that is no command is a target, to which flags can be added.
    if test $place -gt 0; and not contains -- "$command" ${knownNames({ words, actions }).map(quoted).join(' ')}
        set command -
    end
    echo $command
end
function __assay_in
    set -l command (__assay_command)
    contains -- "$command" $argv
end
${words.map(({ word, help }) => line(inside(['']), `-a ${quoted(word)} -d ${quoted(help)}`)).join('\n')}
${[...actions].flatMap(([group, rows]) => rows.map(({ word, help }) => line(inside([group]), `-a ${quoted(word)} -d ${quoted(help)}`))).join('\n')}
${[...values].map(([command, texts]) => line(inside([command]), `-f -a ${quoted(texts.join(' '))}`)).join('\n')}
${flags
  .map(({ name, short, help, takesValue, commands }) =>
    line(
      inside(commands.includes('') ? ['-', ...commands] : commands),
      `-l ${name}${short === undefined ? '' : ` -s ${short}`}${takesValue ? ' -r' : ''} -d ${quoted(help)}`,
    ),
  )
  .join('\n')}
`;
}
