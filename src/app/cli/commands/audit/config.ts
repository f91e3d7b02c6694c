/** `assay config`: looks for misconfiguration in a tree, as the command of that name in trivy. */

import { auditRequest } from '../../../../tasks/audit/audit-request.ts';
import type { ScanCommand } from '../command.ts';
import { readPathArgument } from '../scan/path-argument.ts';
import { CONFIG_FLAGS } from './flags.ts';
import { fixBeforeReport } from './fix.ts';
import { surroundings } from './surroundings.ts';

export const config: ScanCommand = {
  usage: 'PATH',
  description:
    'Looks for misconfiguration alone, as trivy config does; assay audit looks for everything that has rules. Where no rule looks at files of a directory the report has a gap, and a gate answers INCOMPLETE.',
  flags: CONFIG_FLAGS,
  examples: [
    { command: 'assay config .', purpose: 'misconfiguration of this code base' },
    { command: 'assay config . --exit-code 1 --severity HIGH,CRITICAL', purpose: 'gate on it' },
  ],
  targets: (session) => [{ reference: readPathArgument(session), kind: 'directory' }],
  before: fixBeforeReport,
  request: async (session, request) => {
    const question = {
      ...(await surroundings(session)),
      sarif: [],
      ...{ searchesHistory: false, isStaged: false },
      scanners: ['misconfig'] as const,
    };
    return auditRequest(request, question, session.context);
  },
};
