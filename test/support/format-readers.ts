/** Readers of all formats that list findings. Each reads many documents at once. */

import {
  readCosignVuln,
  readCyclonedx,
  readGitlab,
  readGitlabCodequality,
  readJson,
  readSarif,
  readTrivyJson,
  type ReadReport,
} from './read-json-formats.ts';
import { readCsv, readJunit, readMarkdown, readTable } from './read-text-formats.ts';

const each =
  (read: (text: string) => ReadReport) =>
  (texts: readonly string[]): readonly ReadReport[] =>
    texts.map(read);

export const FORMAT_READERS: Readonly<
  Record<string, (texts: readonly string[]) => readonly ReadReport[]>
> = {
  json: each(readJson),
  'trivy-json': each(readTrivyJson),
  'cosign-vuln': each(readCosignVuln),
  cyclonedx: each(readCyclonedx),
  sarif: each(readSarif),
  csv: readCsv,
  gitlab: each(readGitlab),
  'gitlab-codequality': each(readGitlabCodequality),
  markdown: each(readMarkdown),
  table: each(readTable),
  junit: each(readJunit),
};
