/** `assay sbom`: scans what a bill of materials lists. */

import type { ScanCommand } from '../command.ts';
import { readPathArgument } from './path-argument.ts';
import { SCAN_FLAGS } from './flags.ts';

export const sbom: ScanCommand = {
  usage: 'FILE',
  description:
    'Scans what a bill of materials lists: CycloneDX in JSON and XML, SPDX 2 in JSON and as tags and values, SPDX 3 in JSON, the JSON of syft and trivy, and any of them inside an in-toto attestation; told by their content. All of it is a claim; nothing is compared with the thing that it describes.',
  scansNoImages: true,
  flags: SCAN_FLAGS,
  examples: [
    { command: 'assay sbom app.cdx.json', purpose: 'what is known of the packages it lists' },
    { command: 'assay sbom app.cdx.json --fail-on high+fixable', purpose: 'gate on it' },
    {
      command: 'assay sbom app.cdx.json --distro debian/12',
      purpose: 'name the system where the document does not',
    },
  ],
  targets: (session) => [{ reference: readPathArgument(session), kind: 'sbom' }],
};
