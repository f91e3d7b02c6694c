/** `assay cve`: what is known of a vulnerability. */

import { AssayError } from '../../../../core/base/errors.ts';
import type { LookupBase } from '../../../../advisories/store/lookup.ts';
import { readResultFormat, writeResult } from '../../print/result-output.ts';
import type { CommandModule } from '../command.ts';
import {
  gatherRecords,
  createVulnerabilityView,
} from '../../../../tasks/explain/vulnerability-records.ts';
import {
  checkAdvisoryId,
  feedsText,
  openLoadedBase,
  textOf,
  textLayout,
} from './lookup-session.ts';
import { vulnerabilityLines } from '../../../../tasks/explain/vulnerability-lines.ts';
import type { VulnerabilityView } from '../../../../tasks/explain/vulnerability-view.ts';
import { FORMAT_FLAG } from '../../shell/options/report-flags.ts';

/** More in one call would fill screens. */
const MAX_ASKED = 100;

export const cve: CommandModule = {
  usage: 'ID...',
  description:
    'Shows what all loaded feeds know of a vulnerability, by its CVE, GHSA or any other id: severities by source, exploitation, what is affected and fixed where, and who says so. Corrections of advisories.override.json are applied, as in scans. Ends with 3 for an id that no loaded feed knows, and with 4 where nothing is loaded.',
  flags: [FORMAT_FLAG],
  examples: [
    { command: 'assay cve CVE-2021-44906', purpose: 'what is known of it' },
    {
      command: 'assay cve GHSA-xvch-5gv4-984h -f json',
      purpose: 'the same by another id, as JSON',
    },
  ],
  run: async (session) => {
    const format = readResultFormat(session);
    const asked = [...new Set(session.args)];
    if (asked.length === 0 || asked.length > MAX_ASKED) {
      const problem = asked.length === 0 ? 'no id given' : `more than ${MAX_ASKED} ids given`;
      throw new AssayError('USAGE', problem, {
        hint: 'Name one: assay cve CVE-2021-44906. To look for words: assay cve search TEXT',
      });
    }
    for (const id of asked) checkAdvisoryId(id);
    using base = await openLoadedBase(session);
    const { vulnerabilities, unknown } = lookUp(base, asked);
    const view = textLayout(session);
    if (vulnerabilities.length > 0 || format === 'json') {
      await writeResult(session, format, {
        data: { schemaVersion: 1, asked, vulnerabilities, unknown },
        text: textOf(
          vulnerabilities.flatMap((one, index) => [
            ...(index === 0 ? [] : ['', '']),
            ...vulnerabilityLines(one, view),
          ]),
        ),
      });
    }
    if (unknown.length === 0) return 0;
    throw notFound(base, unknown);
  },
};

function lookUp(
  base: LookupBase,
  asked: readonly string[],
): { readonly vulnerabilities: readonly VulnerabilityView[]; readonly unknown: readonly string[] } {
  const views = new Map<string, VulnerabilityView>();
  const unknown: string[] = [];
  for (const id of asked) {
    const gathered = gatherRecords(base, id);
    if (gathered.length === 0) unknown.push(id);
    for (const one of gathered)
      if (!views.has(one.id)) views.set(one.id, createVulnerabilityView(base, one));
  }
  return { vulnerabilities: [...views.values()], unknown };
}

/** Returns the error for ids that nothing loaded knows: says who was asked. */
function notFound(base: LookupBase, ids: readonly string[]): AssayError {
  const many = ids.length === 1 ? '' : ` (${ids.length} ids)`;
  return new AssayError(
    'NOT_FOUND',
    `no loaded feed knows ${ids.map((id) => `"${id}"`).join(', ')}${many}`,
    {
      hint: `Asked: ${feedsText(base)}.\nMore may know it: assay db update --with cve,nvd. What is loaded: assay db status`,
    },
  );
}
