/** Validators of the published schemas of bills of materials, where these are at hand. */

import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Ajv, type ValidateFunction } from 'ajv';

import { sharedPath } from './shared.ts';

type Json = Record<string, unknown>;

const LIBRARY = fileURLToPath(
  new URL('../../node_modules/@cyclonedx/cyclonedx-library/res/schema', import.meta.url),
);

/** Of SPDX 2.3 in JSON; `undefined` where the shared folder is not there. */
export function spdxValidator(): ValidateFunction | undefined {
  const file = sharedPath('schemas/spdx-2.3.json');
  return file === undefined ? undefined : newAjv().compile(readSchema(file));
}

/** Of OpenVEX 0.2.0; `undefined` where the shared folder is not there. */
export function openVexValidator(): ValidateFunction | undefined {
  const file = sharedPath('schemas/openvex.json');
  return file === undefined ? undefined : newAjv().compile(readSchema(file));
}

/**
 * Of CycloneDX 1.6 in JSON. Its schemas come with the library of CycloneDX, which Assay does not
 * use: the variable `CYCLONEDX_SCHEMAS` names the folder of an unpacked one.
 */
export function cyclonedxValidator(): ValidateFunction | undefined {
  const folder = [process.env['CYCLONEDX_SCHEMAS'], sharedPath('schemas/cyclonedx'), LIBRARY].find(
    (candidate) => candidate !== undefined && existsSync(candidate),
  );
  if (folder === undefined) return undefined;
  const read = (name: string): Json =>
    readSchema(path.join(folder, `${name}.SNAPSHOT.schema.json`));
  const ajv = newAjv();
  ajv.addSchema(read('spdx'), 'http://cyclonedx.org/schema/spdx.SNAPSHOT.schema.json');
  ajv.addSchema(read('jsf-0.82'), 'http://cyclonedx.org/schema/jsf-0.82.SNAPSHOT.schema.json');
  return ajv.compile(read('bom-1.6'));
}

/** Formats are checked by nobody here: they need a package more. */
function newAjv(): Ajv {
  return new Ajv({ strict: false, allErrors: false, validateFormats: false });
}

/** Ajv knows one dialect at a time; what these schemas use of theirs is the same in all. */
function readSchema(file: string): Json {
  const schema = JSON.parse(readFileSync(file, 'utf8')) as Json;
  return Object.fromEntries(Object.entries(schema).filter(([key]) => key !== '$schema'));
}
