/** `assay db import`: loads advisory data from files. */

import { resolve } from 'node:path';

import { AssayError } from '../../../../core/base/errors.ts';
import { advisoryFolder } from '../../../../core/base/cache-directory.ts';
import { importIntoBase } from '../../../../advisories/base/index.ts';
import { readResultFormat, writeChange } from '../../print/result-output.ts';
import { readTrustFlags } from './bundle-options.ts';
import type { CommandModule } from '../command.ts';
import { raiseYoungGenerationSize } from '../../shell/v8-heap-flags.ts';
import { VERIFY_FLAGS, FORGET_KEYS_FLAG } from './flags.ts';
import { FORMAT_FLAG } from '../../shell/options/report-flags.ts';

export const dbImport: CommandModule = {
  usage: 'PATH...',
  description:
    'Loads advisory data from files as publishers write them, or folders of them: OSV archives and records, secdb files of Alpine, Wolfi and Chainguard, the Debian tracker, the Node.js list, KEV, EPSS, the CVE list, years of NVD. Files are known by their content. Whole feeds replace what was there; single records and years are added. A bundle of "assay db export" replaces all; with --verify-key it counts only when it is signed, whole, not expired and not older than the last one.',
  flags: [...VERIFY_FLAGS, FORGET_KEYS_FLAG, FORMAT_FLAG],
  examples: [
    { command: 'assay db import npm/all.zip debian.json', purpose: 'two feeds' },
    {
      command: 'assay db import known_exploited_vulnerabilities.json epss_scores-current.csv.gz',
      purpose: 'what is exploited, and how likely it becomes',
    },
    {
      command: 'assay db import advisories.tar --verify-key team.pub',
      purpose: 'a bundle that the team has signed',
    },
    {
      command: 'assay db import advisories.tar --verify-key a.pub,b.pub,c.pub --threshold 2',
      purpose: 'a bundle that two of three have signed',
    },
  ],
  run: async (session) => {
    raiseYoungGenerationSize();
    const format = readResultFormat(session);
    if (session.args.length === 0) {
      throw new AssayError('USAGE', 'no file given', { hint: 'Name one: assay db import PATH' });
    }
    const paths = session.args.map((path) => resolve(session.io.cwd, path));
    const change = await importIntoBase(
      {
        folder: advisoryFolder(session),
        paths,
        ...readTrustFlags(session),
        forgetKeys: session.flags.isOn('forget-keys'),
      },
      session.context,
    );
    return writeChange(session, format, change);
  },
};
