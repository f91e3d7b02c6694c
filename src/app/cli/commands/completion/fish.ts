/** The script that completes command lines in fish (3 or newer). */

import { actionNames, knownNames } from './bash.ts';
import type { CompletionTable } from './completion-table.ts';

/** Returns the script for fish: functions, and one `complete` for each word and flag. */
export function fishScript({ words, actions, values, flags, valueFlags }: CompletionTable): string {
  const line = (where: string, rest: string): string =>
    `complete -c assay -n ${quotedForFish(where)} ${rest}`;
  const inside = (commands: readonly string[]): string =>
    `__assay_in ${commands.map(quotedForFish).join(' ')}`;
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
            case ${valueFlags.map(quotedForFish).join(' ')}
                set is_value 1
            case '-*'
            case '*'
                set place (math $place + 1)
                if test $place = 1
                    set command $word
                else if test $place = 2; and contains -- "$command $word" ${actionNames(actions).map(quotedForFish).join(' ')}
                    set command "$command $word"
                end
        end
    end
    # A word that is no command is a target, to which flags can be added.
    if test $place -gt 0; and not contains -- "$command" ${knownNames({ words, actions }).map(quotedForFish).join(' ')}
        set command -
    end
    echo $command
end
function __assay_in
    set -l command (__assay_command)
    contains -- "$command" $argv
end
${words.map(({ word, help }) => line(inside(['']), `-a ${quotedForFish(word)} -d ${quotedForFish(help)}`)).join('\n')}
${[...actions].flatMap(([group, rows]) => rows.map(({ word, help }) => line(inside([group]), `-a ${quotedForFish(word)} -d ${quotedForFish(help)}`))).join('\n')}
${[...values].map(([command, texts]) => line(inside([command]), `-f -a ${quotedForFish(texts.join(' '))}`)).join('\n')}
${flags
  .map(({ name, short, help, takesValue, commands }) =>
    line(
      inside(commands.includes('') ? ['-', ...commands] : commands),
      `-l ${name}${short === undefined ? '' : ` -s ${short}`}${takesValue ? ' -r' : ''} -d ${quotedForFish(help)}`,
    ),
  )
  .join('\n')}
`;
}

/** Returns a text in single quotes, for fish, which has escapes within them. */
export function quotedForFish(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
