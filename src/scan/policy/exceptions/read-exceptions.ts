/**
 * Reads an ignore file of any form. The name says which it is, and of YAML and JSON the content.
 */

import { ParseError } from '../../../core/base/errors.ts';
import { readAssayYaml } from './assay-yaml.ts';
import type { ExceptionFile, ExceptionForm } from './exception.ts';
import { readGrype } from './grype.ts';
import { findAllowlist, readHarbor } from './harbor.ts';
import { readIgnoreLines } from './ignore-lines.ts';
import { readOsvToml } from './osv-toml.ts';
import { readTrivyYaml, TRIVY_LISTS } from './trivy-yaml.ts';
import { readYamlFile, type YamlFile } from './yaml-file.ts';

/**
 * Returns the entries that count, and what is to be said of the others.
 *
 * @param path As the user wrote it, for messages.
 * @param now Milliseconds since the Unix epoch.
 * @throws ParseError where the file is not of the form that its name says, or of none that is
 * known.
 */
export function readExceptions(path: string, bytes: Uint8Array, now: number): ExceptionFile {
  const name = path
    .slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1)
    .toLowerCase();
  if (name.endsWith('.toml')) return readOsvToml(path, bytes, now);
  if (!/\.(?:ya?ml|json)$/.test(name)) {
    const form = name.includes('assay') ? 'assayignore' : 'trivyignore';
    return readIgnoreLines(path, bytes, form, now);
  }
  const file = readYamlFile(path, bytes);
  switch (yamlForm(file, name)) {
    case 'grype':
      return readGrype(file, now);
    case 'harbor':
      return readHarbor(file, now);
    case 'assayignore-yaml':
      return readAssayYaml(file, now);
    case 'trivyignore-yaml':
      return readTrivyYaml(file, now);
    case undefined: {
      const keys = Object.keys(file.root).slice(0, 5).join(', ');
      throw new ParseError(path, `none of its keys (${keys}) begins a list of exceptions`, {
        hint: 'Known are "exceptions" of Assay, "vulnerabilities" of trivy, "ignore" of grype and "items" of Harbor.',
      });
    }
  }
}

type YamlForm = Exclude<ExceptionForm, 'trivyignore' | 'assayignore' | 'osv'>;

function yamlForm({ root }: YamlFile, name: string): YamlForm | undefined {
  if ('exceptions' in root) return 'assayignore-yaml';
  if ([...TRIVY_LISTS.keys()].some((key) => key in root)) return 'trivyignore-yaml';
  if ('ignore' in root) return 'grype';
  if (findAllowlist(root) !== undefined) return 'harbor';
  // A file without entries, or with a mistyped key, is what its name says.
  if (name.includes('assay')) return 'assayignore-yaml';
  if (name.includes('trivy')) return 'trivyignore-yaml';
  if (name.includes('grype')) return 'grype';
  return Object.keys(root).length === 0 ? 'trivyignore-yaml' : undefined;
}
