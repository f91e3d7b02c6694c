/** The script that completes command lines in bash (3.2 or newer). */

import { quotedWord as quoted } from '../../../../core/base/shell-word.ts';
import type { CompletionTable } from './completion-table.ts';

/** Returns the script for bash. It defines a function and registers it for `assay`. */
export function bashScript({ words, actions, values, flags, valueFlags }: CompletionTable): string {
  return `# Completion of assay for bash, written by: assay completion bash
_assay() {
  local current="\${COMP_WORDS[COMP_CWORD]}" command='' word='' words='' index place=0
  COMPREPLY=()
  for ((index = 1; index < COMP_CWORD; index++)); do
    word="\${COMP_WORDS[index]}"
    case "$word" in
      --) return ;;
      # bash splits --flag=value into three words.
      =) index=$((index + 1)) ;;
      ${valueFlags.join('|')})
        if [[ "\${COMP_WORDS[index + 1]}" != '=' ]]; then index=$((index + 1)); fi ;;
      -*) ;;
      *)
        place=$((place + 1))
        if ((place == 1)); then command="$word"; fi
        if ((place == 2)); then
          case "$command $word" in
            ${actionNames(actions).map(quoted).join('|')}) command="$command $word"; place=1 ;;
          esac
        fi ;;
    esac
  done
  # A word that is no command is a target.
  case "$command" in
    ${knownNames({ words, actions }).map(quoted).join('|')}) ;;
    *) command='' ;;
  esac
  # The value of a flag: files, which bash offers by itself.
  if ((index > COMP_CWORD)) || [[ "$current" == '=' ]]; then return; fi
  if [[ "$current" == -* ]]; then
${flags.map(({ name, commands }) => `    case "$command" in ${commands.map(quoted).join('|')}) words+=' --${name}' ;; esac`).join('\n')}
  elif ((place == 0)); then
    words=${quoted(words.map(({ word }) => word).join(' '))}
  elif ((place == 1)); then
    case "$command" in
${[...actions].map(([group, rows]) => `      ${quoted(group)}) words=${quoted(rows.map(({ word }) => word).join(' '))} ;;`).join('\n')}
${[...values].map(([command, texts]) => `      ${quoted(command)}) words=${quoted(texts.join(' '))} ;;`).join('\n')}
    esac
  fi
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o bashdefault -o default -F _assay assay
`;
}

/** Returns the names of commands of two words. */
export function actionNames(actions: CompletionTable['actions']): readonly string[] {
  return [...actions].flatMap(([group, rows]) => rows.map(({ word }) => `${group} ${word}`));
}

/** Returns the first words of commands, and the names of commands of two words. */
export function knownNames({
  words,
  actions,
}: Pick<CompletionTable, 'words' | 'actions'>): readonly string[] {
  return [...words.map(({ word }) => word), ...actionNames(actions)];
}
