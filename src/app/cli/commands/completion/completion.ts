/** `assay completion`: a script by which a shell completes command lines. */

import { AssayError } from '../../../../core/base/errors.ts';
import type { CommandModule } from '../command.ts';
import { SHELLS, completionTable, type CompletionTable, type Shell } from './completion-table.ts';

const SCRIPTS: Readonly<Record<Shell, () => Promise<(table: CompletionTable) => string>>> = {
  bash: async () => (await import('./bash.ts')).bashScript,
  zsh: async () => (await import('./zsh.ts')).zshScript,
  fish: async () => (await import('./fish.ts')).fishScript,
};

export const completion: CommandModule = {
  usage: 'SHELL',
  description:
    'Prints a script by which a shell completes commands, actions and flags: bash, zsh or fish. The script starts no program, so it has to be written again for a new version of Assay. It takes effect in shells that are started afterwards.',
  flags: [],
  isAlone: true,
  examples: [
    {
      command: 'assay completion bash > ~/.local/share/bash-completion/completions/assay',
      purpose: 'for bash with the package bash-completion; the directory must exist',
    },
    {
      command: 'assay completion bash >> ~/.bashrc',
      purpose: 'for bash without that package',
    },
    {
      command: 'assay completion zsh > "${fpath[1]}/_assay"',
      purpose: 'for zsh with compinit, in the first directory of fpath',
    },
    {
      command: 'assay completion fish > ~/.config/fish/completions/assay.fish',
      purpose: 'for fish',
    },
  ],
  run: async (session) => {
    const shell = shellOf(session.args);
    const script = await SCRIPTS[shell]();
    await session.write(script(await completionTable(session.commands)));
    return 0;
  },
};

/** Returns the shell that was named. @throws AssayError `USAGE` */
function shellOf(args: readonly string[]): Shell {
  const [name, excess] = args;
  const hint = `Shells: ${SHELLS.map((one) => `assay completion ${one}`).join(', ')}`;
  if (name === undefined) throw new AssayError('USAGE', 'no shell given', { hint });
  if (excess !== undefined) {
    throw new AssayError('USAGE', `one shell at a time, but got "${excess}" too`, { hint });
  }
  const shell = SHELLS.find((one) => one === name);
  if (shell === undefined) {
    throw new AssayError('USAGE', `there is no completion for "${name}"`, { hint });
  }
  return shell;
}
