/** `assay merge`: several bills of materials as one. */

import { AssayError } from '../../../../core/base/errors.ts';
import { uniteInventories } from '../../../../core/model/package/inventory-union.ts';
import type { ArtifactResult, Report } from '../../../../core/model/report/report.ts';
import { NO_FINDINGS } from '../../../../core/model/severity/severity.ts';
import { REPORT_FORMATS } from '../../../../scan/report/index.ts';
import type { CommandModule, Session } from '../command.ts';
import { checkWritable, planOutputs } from '../../print/outputs.ts';
import { FORMAT_FLAG, OUTPUT_FLAG } from '../../shell/options/report-flags.ts';
import { runScan } from '../../../../scan/pipeline/run-scan.ts';
import { writeReports } from '../../print/report-output.ts';

export const merge: CommandModule = {
  usage: 'SBOM...',
  description:
    'Makes one bill of materials of several, of any format that assay sbom reads: each package once, with the documents that name it as its places. Where they are of different systems each package keeps its own. What could not be read is said on standard error, and stays a gap for whoever scans the document.',
  flags: [
    {
      ...FORMAT_FLAG,
      help: 'use one of these formats: cyclonedx, spdx-json, json, table (default: cyclonedx)',
    },
    OUTPUT_FLAG,
  ],
  examples: [
    { command: 'assay merge api.cdx.json web.spdx.json', purpose: 'one CycloneDX document' },
    {
      command: 'assay merge -f spdx-json -o all.spdx.json api.cdx.json web.cdx.json',
      purpose: 'one SPDX document in a file',
    },
  ],
  run: mergeDocuments,
};

async function mergeDocuments(session: Session): Promise<number> {
  const { args, flags, io, context } = session;
  if (args.length === 0) {
    throw new AssayError('USAGE', 'no bill of materials given', {
      hint: 'Name at least one: assay merge api.cdx.json web.spdx.json',
    });
  }
  const outputs = planOutputs(flags, REPORT_FORMATS, 'cyclonedx');
  await checkWritable(outputs, io.cwd);
  const targets = args.map((reference) => ({ reference, kind: 'sbom' as const }));
  const request = { targets, includeDevDependencies: true, allowEmpty: true };
  const report = await runScan(request, context);
  for (const { artifact, diagnostics } of report.results) {
    for (const { gap, message } of diagnostics) {
      if (gap !== undefined) context.log.warn(`${artifact.reference}: ${message}`);
    }
  }
  await writeReports(session, united(report), outputs);
  return 0;
}

/** Returns the report of one artifact that holds what all of them hold. */
function united(report: Report): Report {
  const inputs = report.results.map(({ artifact, inventory }) => ({
    name: artifact.reference,
    inventory,
  }));
  const result: ArtifactResult = {
    artifact: {
      kind: 'sbom',
      reference: inputs.map(({ name }) => name).join(' + '),
      layers: [{}],
    },
    inventory: uniteInventories(inputs),
    findings: [],
    suppressed: [],
    diagnostics: report.results.flatMap(({ diagnostics }) => diagnostics),
    notShown: NO_FINDINGS,
  };
  return { ...report, results: [result] };
}
