/**
 * `assay version`: the version, for people and as JSON. Without flags `main.ts` answers before this
 * is loaded.
 */

import type { CommandModule } from '../command.ts';
import { planOutputs } from '../../print/outputs.ts';
import { toolVersion } from '../../../../core/base/build-info.ts';
import { FORMAT_FLAG } from '../../shell/options/report-flags.ts';

export const version: CommandModule = {
  usage: '',
  description: 'Prints the version.',
  flags: [FORMAT_FLAG],
  isAlone: true,
  examples: [{ command: 'assay version -f json', purpose: 'for scripts' }],
  run: async (session) => {
    const [{ format } = { format: 'table' }] = planOutputs(session.flags, ['table', 'json']);
    const text = toolVersion();
    await session.write(
      format === 'json' ? `${JSON.stringify({ version: text }, null, 2)}\n` : `assay ${text}\n`,
    );
    return 0;
  },
};
