/** The script that completes command lines in zsh (5 or newer). */

import { quotedWord as quoted } from '../../../../core/base/shell-word.ts';
import { actionNames, knownNames } from './bash.ts';
import type { CompletedWord, CompletionTable } from './completion-table.ts';

/**
 * Returns the script for zsh: a file `_assay` of a directory of `fpath`, which can be sourced too.
 */
export function zshScript({ words, actions, values, flags, valueFlags }: CompletionTable): string {
  return `#compdef assay
# Completion of assay for zsh, written by: assay completion zsh
_assay() {
  local command='' word='' index place=0
  local -a names
  for ((index = 2; index < CURRENT; index++)); do
    word="\${words[index]}"
    case "$word" in
      --) _normal; return ;;
      ${valueFlags.join('|')}) ((index += 1)) ;;
      -*) ;;
      *)
        ((place += 1))
        if ((place == 1)); then command="$word"; fi
        if ((place == 2)); then
          case "$command $word" in
            ${actionNames(actions).map(quoted).join('|')}) command="$command $word"; place=1 ;;
          esac
        fi ;;
    esac
  done
  case "$command" in
    ${knownNames({ words, actions }).map(quoted).join('|')}) ;;
    *) command='' ;;
  esac
  if ((index > CURRENT)); then _files; return; fi
  if [[ "$PREFIX" == --*=* ]]; then compset -P '*='; _files; return; fi
  if [[ "$PREFIX" == -* ]]; then
${flags.map(({ name, help, commands }) => `    case "$command" in ${commands.map(quoted).join('|')}) names+=(${described({ word: `--${name}`, help })}) ;; esac`).join('\n')}
    _describe -o 'flag' names
    return
  fi
  if ((place == 0)); then
    names=(
${words.map((row) => `      ${described(row)}`).join('\n')}
    )
    _describe 'command' names
  elif ((place == 1)); then
    case "$command" in
${[...actions].map(([group, rows]) => `      ${quoted(group)}) names=(${rows.map(described).join(' ')}) ;;`).join('\n')}
${[...values].map(([command, texts]) => `      ${quoted(command)}) names=(${texts.map(quoted).join(' ')}) ;;`).join('\n')}
    esac
    if ((\${#names} > 0)); then _describe 'argument' names; fi
  fi
  _files
}
if [[ "\${funcstack[1]}" == '_assay' ]]; then _assay "$@"; else compdef _assay assay; fi
`;
}

/** Returns a word with its meaning in the form of `_describe`. */
function described({ word, help }: CompletedWord): string {
  return quoted(`${word}:${help}`);
}
